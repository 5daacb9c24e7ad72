#include "commands/wait_output.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ostream>
#include <vector>

#include "base/text.h"
#include "output/value.h"

namespace kencrypt::commands {
namespace {

output::Value keys_document(const ServerStanding& server) {
  output::Value keys = output::Value::array();
  for (const control_plane::PresentKey& key : server.keys)
    keys.push_back(output::Value::object({{"provider", key.provider}, {"keyIdHash", key.key_hash}}));
  return keys;
}

output::Value or_null(const std::optional<std::string>& text) { return text ? output::Value(*text) : output::Value(); }

output::Value waited_document(const ServerStanding& server, bool with_keys) {
  output::Value document = server_document(server);
  if (with_keys) document.set("kmsKeys", keys_document(server));
  return document;
}

output::Value document(const WaitReport& report) {
  output::Value servers = output::Value::array();
  for (const ServerStanding& server : report.convergence.servers)
    servers.push_back(waited_document(server, report.demand.keys.has_value()));
  return output::Value::object(
      {{"apiVersion", "kubectl-encrypt/v1"},
       {"kind", "WaitReport"},
       {"file", report.demand.file.empty() ? output::Value() : output::Value(report.demand.file)},
       {"configuration", or_null(report.demand.configuration)},
       {"converged", report.convergence.proven()},
       {"doubt", or_null(report.convergence.doubt)},
       {"seconds", std::chrono::duration<double>(report.waited).count()},
       {"apiServers", std::move(servers)}});
}

// What those do that have converged.
std::string deed(const WaitReport& report, bool one) {
  const WaitDemand& demand = report.demand;
  std::string deed = demand.configuration
                         ? fmt::format("run{} {}, {}", one ? "s" : "", demand.file, *demand.configuration)
                         : std::string();
  if (!demand.keys) return deed;
  std::vector<std::string> keys;
  for (const ServerStanding& server : report.convergence.servers)
    if (server.converged && keys.empty())
      for (const control_plane::PresentKey& key : server.keys) keys.push_back(display(key));
  return fmt::format("{}{}write{} with {} and no more with a former one", deed, deed.empty() ? "" : ", and ", one ? "s" : "",
                     fmt::join(keys, ", "));
}

std::string sentence(const WaitReport& report) {
  const Convergence& found = report.convergence;
  const bool one = found.servers.size() == 1;
  if (found.proven())
    return fmt::format("{} {} (after {})", one ? "The API server" : fmt::format("All {} API servers", found.servers.size()),
                       deed(report, one), format_duration(report.waited));
  std::string text = found.converged() == 0
                         ? fmt::format("Of {} API servers none tells that it does {}", found.servers.size(), report.demand.goal())
                         : fmt::format("{} of {} API servers {}; whether all do is not known", found.converged(),
                                       found.servers.size(), deed(report, false));
  if (found.doubt) text += ": " + *found.doubt;
  return text;
}

}  // namespace

output::Value server_document(const ServerStanding& server) {
  const census::ServerRow& row = server.row;
  return output::Value::object(
      {{"id", row.id},
       {"host", row.host},
       {"address", row.address},
       {"configuration", row.configuration ? output::Value(*row.configuration) : output::Value()},
       {"converged", server.converged},
       {"reason", server.reason}});
}

Result<void> print_wait(std::ostream& out, const WaitReport& report, const OutputChoice& choice) {
  if (choice.is_text()) {
    out << sentence(report) << '\n';
    return {};
  }
  const output::Value printed = document(report);
  return write_document(out, choice, printed, printed.find("apiServers"));
}

}  // namespace kencrypt::commands
