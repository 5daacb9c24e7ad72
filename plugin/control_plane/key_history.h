// Which keys of its KMS v2 plugins an API server has used, by its own metrics, and how long the former one may still
// write. Pure.
//
// A server asks its plugin for the key's ID every minute. Once the ID is another it makes a new data key, but may write
// with the old one for 3 minutes after the last good answer (kmsv2PluginHealthzPositiveInterval and
// kmsv2PluginWriteDEKSourceMaxTTL in k8s.io/apiserver pkg/server/options/encryptionconfig/config.go). So the time that
// counts begins when the former ID was last named, or last written with.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "control_plane/server_check.h"

namespace kencrypt::control_plane {

inline constexpr Duration kFormerKeyWrites = std::chrono::minutes(3);
// In which servers that could not be seen ask their plugin, and plugins of other nodes learn of the key.
inline constexpr Duration kKeyChangeMargin = std::chrono::minutes(1);
inline constexpr Duration kKeyChangeWait = kFormerKeyWrites + kKeyChangeMargin;

// Of one provider at one server, since it was started. Times are Unix seconds by its own clock; -1: never.
struct KeyHistory {
  std::string present;              // "sha256:...": the key that the plugin named last; "" if two at once
  double present_named = -1;        // when it did
  std::vector<std::string> others;  // all other keys, in no order
  std::string former;               // that of them which was named or written with last
  double former_used = -1;
};

// By the provider's name. Providers of which only writes are known are left out.
using KeyHistories = std::map<std::string, KeyHistory>;
KeyHistories key_histories(const ServerPage& page);

// The keys that all servers name as their present ones: the hash of the key's ID by the provider's name. A provider of which
// they name different ones is left out.
using PresentKeys = std::map<std::string, std::string>;
PresentKeys common_keys(std::span<const SeenServer> seen);

// A provider that has another key in `after` than in `before`, or several; "" if there is none.
std::string provider_of_changed_key(const PresentKeys& before, const PresentKeys& after);

double unix_seconds(WallTime time);

// Until when the former key may write, `now` and the result by the server's clock; nullopt if it may not any more. A clock
// that jumped does not make it longer than `rule` from now.
std::optional<WallTime> may_write_until(const KeyHistory& history, WallTime now, Duration rule);

}  // namespace kencrypt::control_plane
