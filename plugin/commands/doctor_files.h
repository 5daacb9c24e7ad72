// The local files that `doctor` looks at.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "commands/doctor_options.h"
#include "doctor/api_servers.h"
#include "doctor/diagnosis.h"
#include "doctor/manifest.h"
#include "encryption/encryption_keys.h"

namespace kencrypt::commands {

// The EncryptionConfiguration of --config, or the one that the manifest names.
struct ConfigurationToCheck {
  std::string name;  // "": there is none
  SecretBytes text;
  bool readable = false;

  // For those who compare it with what the servers run; nullopt where there is nothing to compare.
  std::optional<doctor::GivenFile> given() const;
  // Its keys; nullopt for a file with faults.
  std::optional<encryption::KeyRing> keys() const;
};

// Checks the manifest and the audit policy, and reads the configuration, which is for check_configuration_file().
struct LocalFiles {
  doctor::NamedFiles named;
  ConfigurationToCheck configuration;
};
LocalFiles look_at_files(const DoctorOptions& options, doctor::Diagnosis& diagnosis);

// `kms_v1`: the API servers take KMS v1.
void check_configuration_file(const DoctorOptions& options, const LocalFiles& files, bool kms_v1, const Clock& clock,
                              doctor::Diagnosis& diagnosis);

}  // namespace kencrypt::commands
