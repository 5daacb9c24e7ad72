// May a key go from the encryption configuration? Yes only with proof: an object that still needs it would be lost for
// good. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "coverage/coverage.h"

namespace kencrypt::coverage {

// The key that a user asks about.
struct KeyChoice {
  std::string provider;  // "" for any that has a key of this name; "kms" for kmsv1 and kmsv2
  std::string key;       // "" for identity

  bool is(const encryption::StoredUnder& under) const;
};

// "key1", "aescbc/key1", "kmsv2/plugin", "identity": as the KEYS column shows it.
KeyChoice parse_key_choice(std::string_view text);
std::string display(const KeyChoice& choice);

// What has to hold apart from the counts. A doubt is a sentence for people; "" where there is none.
struct RemovalFacts {
  // Whether the report counts everything that may be stored under the key: all resources, all namespaces.
  std::string completeness_doubt = {};
  // Whether all API servers run one known configuration that has the key and writes with another one.
  std::string server_doubt = {};
};

struct RemovalVerdict {
  std::vector<std::string> reasons;   // against it; safe if there are none
  std::vector<std::string> warnings;  // what else the key opens, whatever the verdict

  bool safe() const { return reasons.empty(); }
};

// At most so many namespaces are named in a reason.
inline constexpr std::size_t kMaxNamedRows = 5;

// Every object that may be under the key, and every one of which nothing is known, is a reason against.
RemovalVerdict judge_removal(const KeyChoice& choice, const CoverageReport& report, const RemovalFacts& facts);

}  // namespace kencrypt::coverage
