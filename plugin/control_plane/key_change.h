// Whether API servers have gone over to another key of a KMS v2 plugin, and none of them can write under the former one
// any more. Pure; key_history.h has the rule.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "control_plane/key_history.h"
#include "control_plane/server_check.h"

namespace kencrypt::control_plane {

// Hashes of key IDs are "sha256:..." or the beginning of such a one; "": not given.
struct KeyDemand {
  std::string provider{};  // the name of a KMS v2 provider; "": each that the servers name
  std::string wanted{};    // the key that is to write
  std::string former{};    // the key that must not any more
  Duration margin = kKeyChangeMargin;  // on top of kFormerKeyWrites
};

// A key that a server writes with, as far as its plugin says.
struct PresentKey {
  std::string provider;
  std::string key_hash;
};

struct KeyStanding {
  std::vector<PresentKey> keys{};  // by provider
  std::string reason{};            // why the server has not gone over, as it follows its name; "" if it has
  bool unknowable = false;         // no waiting will tell
};

// A provider that a server does not ask any more, for it is gone from the configuration, stays in the metrics. One that is
// still there and does not answer makes the server not ready.
inline constexpr Duration kForgottenProvider = std::chrono::minutes(10);
// The first release whose metrics of KMS v2 are known to be complete.
inline constexpr unsigned kNamesKeysSince = 30;

// In the order of `seen`. `since`: when waiting began, by each server's own clock. Unless the demand says by a key which
// change it means, a server counts only once it has asked its plugin after that.
std::vector<KeyStanding> judge_keys(std::span<const SeenServer> seen, std::span<const WallTime> since, const KeyDemand& demand);

}  // namespace kencrypt::control_plane
