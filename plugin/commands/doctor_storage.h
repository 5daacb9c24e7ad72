// Etcd and its files, as `doctor` looks at them.
#pragma once

#include "cli/parsed_flags.h"
#include "commands/doctor_options.h"
#include "commands/environment.h"
#include "doctor/diagnosis.h"
#include "encryption/encryption_keys.h"

namespace kencrypt::commands {

// Reads what is given of --etcd-endpoints, --snapshot and --wal. `ring`: the keys of --config, or null; with them
// everything is decrypted. What the configuration encrypts counts, without one Secrets.
void look_at_storage(const DoctorOptions& options, const encryption::KeyRing* ring, const cli::ParsedFlags& flags,
                     Environment& environment, doctor::Diagnosis& diagnosis);

}  // namespace kencrypt::commands
