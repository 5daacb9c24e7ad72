#include "commands/convergence.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "control_plane/server_check.h"

namespace kencrypt::commands {
namespace {

std::string name_of(const census::ServerRow& row) {
  if (row.id.empty()) return row.address;
  return row.host.empty() ? row.id : fmt::format("{} on {}", row.id, row.host);
}

std::string configuration_reason(const census::ServerRow& row, const std::string& hash) {
  if (!row.seen) return "was not reached";
  if (!row.configuration && !row.publishes)
    return "does not publish what it runs (servers from 1.34 on do)";
  if (!row.configuration) return "runs without an encryption configuration";
  if (*row.configuration == hash) return {};
  return fmt::format("runs another configuration, {}", control_plane::short_hash(*row.configuration));
}

std::string readiness_reason(const ReadinessByAddress& all, const std::string& address) {
  const auto found = all.find(address);
  if (found == all.end()) return "was not asked whether it is ready";
  if (!found->second)
    return fmt::format("could not be asked whether it is ready ({})", found->second.error().message);
  const control_plane::Readiness& answer = *found->second;
  if (answer.ready) return {};
  if (answer.failing.empty()) return "is not ready";
  return fmt::format("is not ready ({})", fmt::join(answer.failing, ", "));
}

ServerStanding standing_of(const census::ServerRow& row, const ReadinessByAddress& ready,
                           const std::string& hash) {
  ServerStanding standing{.name = name_of(row), .row = row, .reason = {}};
  standing.unknowable = row.seen && !row.configuration && !row.publishes;
  standing.reason = configuration_reason(row, hash);
  if (standing.reason.empty()) standing.reason = readiness_reason(ready, row.address);
  standing.converged = standing.reason.empty();
  return standing;
}

}  // namespace

std::size_t Convergence::converged() const {
  return static_cast<std::size_t>(std::ranges::count_if(servers, &ServerStanding::converged));
}

bool Convergence::proven() const {
  return !servers.empty() && !doubt && converged() == servers.size();
}

bool Convergence::ends_in_doubt() const {
  const auto settled = [](const ServerStanding& server) { return server.converged || server.unknowable; };
  return !servers.empty() && !proven() && std::ranges::all_of(servers, settled);
}

Convergence judge(const census::ServerAgreement& agreement, const ReadinessByAddress& ready,
                  const std::string& hash, const KnownServers& before) {
  Convergence convergence{.servers = {}, .doubt = agreement.doubt};
  for (const census::ServerRow& row : agreement.servers)
    convergence.servers.push_back(standing_of(row, ready, hash));
  for (const auto& [id, host] : before) {
    if (agreement.leases.contains(id)) continue;
    const census::ServerRow row{.id = id, .host = host, .address = "", .configuration = {}};
    convergence.servers.push_back({.name = name_of(row), .row = row, .reason = "is away"});
  }
  return convergence;
}

}  // namespace kencrypt::commands
