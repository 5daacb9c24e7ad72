// `status --safe-to-remove KEY`: the counts, and what has to hold of the API servers besides.
#pragma once

#include <optional>
#include <string>

#include "census/server_agreement.h"
#include "coverage/removal.h"
#include "encryption/encryption_keys.h"

namespace kencrypt::commands {

struct RemovalQuestion {
  std::string key;          // as given: "key1", "aescbc/key1"
  const encryption::KeyRing* config = nullptr;  // the file of --config, or null
  // Why the counts may not be all there is; "" if they are.
  std::string completeness_doubt;
  // What the API servers run, if they were asked; else why not.
  std::optional<census::ServerAgreement> servers;
  std::string unasked;
};

struct Removal {
  coverage::KeyChoice choice;
  coverage::RemovalVerdict verdict;
};

Removal check_removal(const RemovalQuestion& question, const coverage::CoverageReport& report);

}  // namespace kencrypt::commands
