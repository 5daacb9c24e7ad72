#include "control_plane/key_history.h"

#include <algorithm>
#include <set>

namespace kencrypt::control_plane {
namespace {

void take_present(KeyHistory& history, const KeySeen& key) {
  if (key.last < history.present_named) return;
  history.present = key.last == history.present_named ? "" : key.key_hash;
  history.present_named = key.last;
}

void take_use(KeyHistory& history, const KeySeen& key) {
  if (key.key_hash == history.present) return;
  if (std::ranges::find(history.others, key.key_hash) == history.others.end()) history.others.push_back(key.key_hash);
  if (key.last <= history.former_used) return;
  history.former = key.key_hash;
  history.former_used = key.last;
}

}  // namespace

KeyHistories key_histories(const ServerPage& page) {
  KeyHistories by_provider;
  for (const KeySeen& key : page.keys) take_present(by_provider[key.provider], key);
  for (const auto* uses : {&page.keys, &page.keys_written})
    for (const KeySeen& key : *uses)
      if (const auto found = by_provider.find(key.provider); found != by_provider.end()) take_use(found->second, key);
  return by_provider;
}

PresentKeys common_keys(std::span<const SeenServer> seen) {
  PresentKeys keys;
  std::set<std::string> disputed;
  for (const SeenServer& server : seen)
    for (const auto& [provider, history] : key_histories(server.page))
      if (const auto [known, fresh] = keys.emplace(provider, history.present);
          history.present.empty() || (!fresh && known->second != history.present))
        disputed.insert(provider);
  std::erase_if(keys, [&](const auto& key) { return disputed.contains(key.first); });
  return keys;
}

std::string provider_of_changed_key(const PresentKeys& before, const PresentKeys& after) {
  for (const auto& [provider, key] : before) {
    const auto found = after.find(provider);
    if (found == after.end() || found->second != key) return provider;
  }
  return {};
}

double unix_seconds(WallTime time) { return std::chrono::duration<double>(time.time_since_epoch()).count(); }

std::optional<WallTime> may_write_until(const KeyHistory& history, WallTime now, Duration rule) {
  if (history.former_used < 0) return std::nullopt;
  const double left = history.former_used + std::chrono::duration<double>(rule).count() - unix_seconds(now);
  if (left <= 0) return std::nullopt;
  const auto whole = std::chrono::ceil<std::chrono::seconds>(std::chrono::duration<double>(left));
  return now + std::chrono::duration_cast<WallTime::duration>(std::min<Duration>(whole, rule));
}

}  // namespace kencrypt::control_plane
