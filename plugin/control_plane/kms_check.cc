#include "control_plane/kms_check.h"

#include <fmt/format.h>

#include <map>
#include <string>

#include "base/text.h"
#include "control_plane/key_history.h"

namespace kencrypt::control_plane {
namespace {

// How long is still to be waited, in whole seconds; zero: not at all.
std::chrono::seconds left_to_wait(const KeyHistory& history, WallTime now) {
  const auto until = may_write_until(history, now, kKeyChangeWait);
  return until ? std::chrono::ceil<std::chrono::seconds>(*until - now) : std::chrono::seconds(0);
}

Refused too_young(const std::string& provider, std::chrono::seconds left) {
  return {fmt::format(
      "the key of KMS provider \"{}\" has changed just now, and an API server may write under the former one for some "
      "minutes: run this again in {}, which \"kubectl encrypt wait --kms\" waits for, or go on with --skip-checks=kms",
      provider, format_duration(left))};
}

Refused disagreeing(const std::string& provider) {
  return {fmt::format(
      "API servers use different keys of KMS provider \"{}\": wait until all have noticed the new one, with \"kubectl "
      "encrypt wait --kms\", or go on with --skip-checks=kms",
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
    for (const auto& [provider, history] : key_histories(server.page)) {
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
