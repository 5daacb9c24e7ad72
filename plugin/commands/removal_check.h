// `status --safe-to-remove KEY`: the counts, and what has to hold of the API servers besides.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "census/server_agreement.h"
#include "coverage/removal.h"

namespace kencrypt::commands {

struct RemovalQuestion {
  std::string key;          // as given: "key1", "aescbc/key1"
  std::string config_path;  // "": none
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

// Errors: those of reading the configuration.
Result<Removal> check_removal(const RemovalQuestion& question, const coverage::CoverageReport& report);

}  // namespace kencrypt::commands
