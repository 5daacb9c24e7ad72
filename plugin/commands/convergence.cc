#include "commands/convergence.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "control_plane/server_check.h"
#include "output/printable.h"

namespace kencrypt::commands {
namespace {

std::string name_of(const census::ServerRow& row) {
  if (row.id.empty()) return row.address;
  return row.host.empty() ? row.id : fmt::format("{} on {}", row.id, row.host);
}

std::string configuration_reason(const census::ServerRow& row, const std::optional<std::string>& hash) {
  if (!row.seen) return "was not reached";
  if (!hash) return {};
  if (!row.configuration && !row.publishes)
    return "does not publish what it runs (servers from 1.34 on do)";
  if (!row.configuration) return "runs without an encryption configuration";
  if (*row.configuration == *hash) return {};
  return fmt::format("runs another configuration, {}", control_plane::short_hash(*row.configuration));
}

// What a server says is its own words, which may be anything.
std::vector<std::string> failing_checks(const control_plane::Readiness& readiness) {
  std::vector<std::string> texts;
  for (const std::string& check : readiness.failing) {
    const auto reason = readiness.reasons.find(check);
    texts.push_back(output::printable(reason == readiness.reasons.end() ? check : check + ": " + reason->second));
  }
  return texts;
}

std::string readiness_reason(const ReadinessByAddress& all, const std::string& address) {
  const auto found = all.find(address);
  if (found == all.end()) return "was not asked whether it is ready";
  if (!found->second)
    return fmt::format("could not be asked whether it is ready ({})", found->second.error().message);
  const control_plane::Readiness& answer = *found->second;
  if (answer.ready) return {};
  if (answer.failing.empty()) return "is not ready";
  return fmt::format("is not ready ({})", fmt::join(failing_checks(answer), ", "));
}

// Silence about the file is no reason to stop waiting for a key.
void add_keys(ServerStanding& standing, const control_plane::KeyStanding& keys) {
  standing.keys = keys.keys;
  if (keys.reason.empty() || (!standing.reason.empty() && !standing.unknowable)) return;
  standing.reason = keys.reason;
  standing.unknowable = keys.unknowable;
}

ServerStanding standing_of(const census::ServerRow& row, const ReadinessByAddress& ready,
                           const std::optional<std::string>& hash, const control_plane::KeyStanding* keys) {
  ServerStanding standing{.name = name_of(row), .row = row, .reason = {}};
  standing.unknowable = hash && row.seen && !row.configuration && !row.publishes;
  standing.reason = configuration_reason(row, hash);
  if (standing.reason.empty()) standing.reason = readiness_reason(ready, row.address);
  if (keys != nullptr) add_keys(standing, *keys);
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

Convergence judge(const census::ServerAgreement& agreement, const ReadinessByAddress& ready, const Measure& measure) {
  const auto& keys = measure.keys;
  Convergence convergence{.servers = {}, .doubt = agreement.doubt};
  for (std::size_t i = 0; i < agreement.servers.size(); ++i)
    convergence.servers.push_back(
        standing_of(agreement.servers[i], ready, measure.hash, i < keys.size() ? &keys[i] : nullptr));
  for (const auto& [id, host] : measure.before) {
    if (agreement.leases.contains(id)) continue;
    const census::ServerRow row{.id = id, .host = host, .address = "", .configuration = {}};
    convergence.servers.push_back({.name = name_of(row), .row = row, .reason = "is away"});
  }
  return convergence;
}

}  // namespace kencrypt::commands
