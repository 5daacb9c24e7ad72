// `status --safe-to-remove KEY`: the counts, and what has to hold of the API servers besides.
#pragma once

#include <optional>
#include <string>

#include "census/server_agreement.h"
#include "coverage/removal.h"
#include "encryption/encryption_keys.h"

namespace kencrypt::commands {

// What the API servers run, as far as they could be asked.
struct AskedServers {
  std::optional<census::ServerAgreement> agreement;
  std::string why_not;  // where there is none
};

struct RemovalQuestion {
  std::string key;          // as given: "key1", "aescbc/key1"
  const encryption::KeyRing* config = nullptr;  // the file of --config, or null
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

Removal check_removal(const RemovalQuestion& question, const coverage::CoverageReport& report);

}  // namespace kencrypt::commands
