// `status --safe-to-remove KEY`: the counts, and what has to hold of the API servers besides.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "census/server_agreement.h"
#include "coverage/removal.h"

namespace kencrypt::commands {

// What the API servers run, as far as they could be asked.
struct AskedServers {
  std::optional<census::ServerAgreement> agreement;
  std::string why_not;  // where there is none
};

struct RemovalQuestion {
  std::string key;          // as given: "key1", "aescbc/key1"
  std::string config_path;  // "": none
  // Why the counts may not be all there is; "" if they are.
  std::string completeness_doubt;
  // Asked before the first object was counted, and after the last. Once is not enough: a server that had another
  // configuration, wrote with the key what was not counted any more, and then loaded the new one would not show.
  AskedServers before;
  AskedServers after;
};

struct Removal {
  coverage::KeyChoice choice;
  coverage::RemovalVerdict verdict;
};

// Errors: those of reading the configuration.
Result<Removal> check_removal(const RemovalQuestion& question, const coverage::CoverageReport& report);

}  // namespace kencrypt::commands
