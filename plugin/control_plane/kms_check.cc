#include "control_plane/kms_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/text.h"

namespace kencrypt::control_plane {
namespace {

// Of one provider at one server.
struct KeyHistory {
  std::string present;
  double present_seen = -1;
  double former_seen = -1;  // the latest of all others; -1: there is no other
};

std::map<std::string, KeyHistory> histories(const ServerPage& page) {
  std::map<std::string, KeyHistory> by_provider;
  for (const KeySeen& key : page.keys) {
    KeyHistory& history = by_provider[key.provider];
    if (key.last > history.present_seen) {
      history.former_seen = history.present_seen;
      history.present = key.key_hash;
      history.present_seen = key.last;
    } else {
      history.former_seen = std::max(history.former_seen, key.last);
    }
  }
  return by_provider;
}

double unix_seconds(WallTime time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

// How long is still to be waited, in whole seconds; zero or less: not at all.
std::chrono::seconds left_to_wait(const KeyHistory& history, WallTime now) {
  if (history.former_seen < 0) return {};
  const double wait = std::chrono::duration<double>(kKeyChangeWait).count();
  const double left = history.former_seen + wait - unix_seconds(now);
  // A clock that jumped must not ask for more than the whole time.
  return std::chrono::ceil<std::chrono::seconds>(
      std::chrono::duration<double>(std::min(left, wait)));
}

Refused too_young(const std::string& provider, std::chrono::seconds left) {
  return {fmt::format(
      "the key of KMS provider \"{}\" has changed just now, and an API server may write under "
      "the former one for some minutes: run this again in {}, or go on with "
      "--skip-checks=kms",
      provider, format_duration(left))};
}

Refused disagreeing(const std::string& provider) {
  return {fmt::format(
      "API servers use different keys of KMS provider \"{}\": wait until all have noticed the "
      "new one, or go on with --skip-checks=kms",
      provider)};
}

}  // namespace

Finding check_keys(std::span<const SeenServer> seen) {
  std::map<std::string, std::string> present;
  std::chrono::seconds longest{};
  std::string of_provider;
  for (const SeenServer& server : seen) {
    if (!server.page.complete)
      return Unknown{"a metric that is needed is turned off or relabelled"};
    for (const auto& [provider, history] : histories(server.page)) {
      const auto [known, fresh] = present.emplace(provider, history.present);
      if (!fresh && known->second != history.present) return disagreeing(provider);
      const auto left = left_to_wait(history, server.page.now);
      if (left <= longest) continue;
      longest = left;
      of_provider = provider;
    }
  }
  if (longest > std::chrono::seconds(0)) return too_young(of_provider, longest);
  return Passed{};
}

}  // namespace kencrypt::control_plane
