#include "commands/wait_output.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ostream>
#include <vector>

#include "base/text.h"
#include "control_plane/server_check.h"
#include "output/printable.h"
#include "output/value.h"

namespace kencrypt::commands {
namespace {

output::Value keys_document(const ServerStanding& server) {
  output::Value keys = output::Value::array();
  for (const control_plane::PresentKey& key : server.keys)
    keys.push_back(output::Value::object({{"provider", key.provider}, {"keyIdHash", key.key_hash}}));
  return keys;
}

output::Value server_document(const ServerStanding& server, bool with_keys) {
  const census::ServerRow& row = server.row;
  output::Value document = output::Value::object(
      {{"id", row.id},
       {"host", row.host},
       {"address", row.address},
       {"configuration", row.configuration ? output::Value(*row.configuration) : output::Value()},
       {"converged", server.converged},
       {"reason", server.reason}});
  if (with_keys) document.set("kmsKeys", keys_document(server));
  return document;
}

output::Value or_null(const std::optional<std::string>& text) { return text ? output::Value(*text) : output::Value(); }

output::Value document(const WaitReport& report) {
  output::Value servers = output::Value::array();
  for (const ServerStanding& server : report.convergence.servers)
    servers.push_back(server_document(server, report.options.keys.has_value()));
  return output::Value::object(
      {{"apiVersion", "kubectl-encrypt/v1"},
       {"kind", "WaitReport"},
       {"file", report.options.file.empty() ? output::Value() : output::Value(report.options.file)},
       {"configuration", or_null(report.options.configuration)},
       {"converged", report.convergence.proven()},
       {"doubt", or_null(report.convergence.doubt)},
       {"seconds", std::chrono::duration<double>(report.waited).count()},
       {"apiServers", std::move(servers)}});
}

// What those do that have converged.
std::string deed(const WaitReport& report, bool one) {
  const WaitOptions& options = report.options;
  std::string deed = options.configuration
                         ? fmt::format("run{} {}, {}", one ? "s" : "", options.file, *options.configuration)
                         : std::string();
  if (!options.keys) return deed;
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
    return fmt::format("All {} API server{} {} (after {})", found.servers.size(), one ? "" : "s", deed(report, one),
                       format_duration(report.waited));
  std::string text = found.converged() == 0
                         ? fmt::format("Of {} API servers none tells that it does {}", found.servers.size(), report.options.goal())
                         : fmt::format("{} of {} API servers {}; whether all do is not known", found.converged(),
                                       found.servers.size(), deed(report, false));
  if (found.doubt) text += ": " + *found.doubt;
  return text;
}

}  // namespace

std::string display(const control_plane::PresentKey& key) {
  return output::printable(
      fmt::format("key {} of KMS provider \"{}\"", control_plane::short_hash(key.key_hash), key.provider));
}

Result<void> print_wait(std::ostream& out, const WaitReport& report) {
  const OutputChoice& choice = report.options.output;
  if (choice.is_text()) {
    out << sentence(report) << '\n';
    return {};
  }
  const output::Value printed = document(report);
  return write_document(out, choice, printed, printed.find("apiServers"));
}

}  // namespace kencrypt::commands
