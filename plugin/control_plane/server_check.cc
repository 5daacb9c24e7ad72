#include "control_plane/server_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace kencrypt::control_plane {
namespace {

std::string lease_text(const IdentityLease& lease) {
  return lease.host.empty() ? lease.name : fmt::format("{} on {}", lease.name, lease.host);
}

std::string server_text(const SeenServer& server, std::span<const IdentityLease> leases) {
  for (const IdentityLease& lease : leases)
    if (id_hash_of(lease) == server.page.id_hash) return lease_text(lease);
  return server.where;
}

bool is_known(const SeenServer& server) {
  return server.page.configuration || server.page.publishes_configuration();
}

std::set<std::optional<std::string>> configurations(std::span<const SeenServer> seen) {
  std::set<std::optional<std::string>> all;
  for (const SeenServer& server : seen)
    if (is_known(server)) all.insert(server.page.configuration);
  return all;
}

Refused different(std::span<const IdentityLease> leases, std::span<const SeenServer> seen) {
  std::string list;
  for (const SeenServer& server : seen) {
    if (!is_known(server)) continue;
    const std::string hash = short_hash(server.page.configuration.value_or("no configuration"));
    list += fmt::format("{}{} has {}", list.empty() ? "" : ", ", server_text(server, leases), hash);
  }
  return {fmt::format(
      "API servers run different encryption configurations: {}. Give all of them the same "
      "file and wait until they have loaded it (about a minute with automatic reload), or "
      "go on with --skip-checks=servers",
      list)};
}

std::string why_not_published(const ServerPage& page) {
  if (!page.complete) return "a metric that is needed is turned off or relabelled";
  return "they do not publish it; servers from 1.34 on do";
}

}  // namespace

std::string short_hash(const std::string& hash) {
  constexpr std::size_t kShown = std::string_view("sha256:").size() + 12;
  return hash.substr(0, kShown);
}

std::vector<IdentityLease> unseen_servers(std::span<const IdentityLease> leases,
                                          std::span<const SeenServer> seen) {
  std::set<std::string> named;
  std::size_t unnamed = 0;
  // The first came through the kubeconfig's address and may be one of those that were asked at
  // their own.
  for (const SeenServer& server : seen.subspan(std::min<std::size_t>(1, seen.size())))
    server.page.id_hash.empty() ? static_cast<void>(++unnamed)
                                : static_cast<void>(named.insert(server.page.id_hash));
  if (!seen.empty() && seen.front().page.id_hash.empty())
    unnamed = seen.front().own_address ? unnamed + 1 : std::max<std::size_t>(unnamed, 1);
  if (!seen.empty()) named.insert(seen.front().page.id_hash);
  std::vector<IdentityLease> unseen;
  std::copy_if(leases.begin(), leases.end(), std::back_inserter(unseen),
               [&](const IdentityLease& lease) { return !named.contains(id_hash_of(lease)); });
  unseen.resize(unseen.size() - std::min(unseen.size(), unnamed));
  return unseen;
}

ServersVerdict compare_servers(std::span<const IdentityLease> leases,
                               std::span<const SeenServer> seen) {
  if (seen.empty()) return {Unknown{"none of them could be asked"}, std::nullopt};
  if (configurations(seen).size() > 1) return {different(leases, seen), std::nullopt};
  if (leases.empty())
    return {Unknown{"there are no Leases that say how many there are"}, std::nullopt};
  const auto unseen = unseen_servers(leases, seen);
  if (!unseen.empty())
    return {Unknown{fmt::format("{} of {} could not be reached, {}", unseen.size(), leases.size(),
                                lease_text(unseen.front()))},
            std::nullopt};
  const auto unknown = std::find_if_not(seen.begin(), seen.end(), is_known);
  if (unknown == seen.end()) return {Passed{}, seen.front().page.configuration};
  if (leases.size() == 1) return {Passed{}, std::nullopt};
  return {Unknown{why_not_published(unknown->page)}, std::nullopt};
}

}  // namespace kencrypt::control_plane
