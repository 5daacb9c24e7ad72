#include "commands/wait_output.h"

#include <fmt/format.h>

#include <ostream>

#include "base/text.h"
#include "output/value.h"

namespace kencrypt::commands {
namespace {

output::Value document(const WaitReport& report) {
  output::Value servers = output::Value::array();
  for (const ServerStanding& server : report.convergence.servers)
    servers.push_back(server_document(server));
  const auto& doubt = report.convergence.doubt;
  return output::Value::object(
      {{"apiVersion", "kubectl-encrypt/v1"},
       {"kind", "WaitReport"},
       {"file", report.file},
       {"configuration", report.configuration},
       {"converged", report.convergence.proven()},
       {"doubt", doubt ? output::Value(*doubt) : output::Value()},
       {"seconds", std::chrono::duration<double>(report.waited).count()},
       {"apiServers", std::move(servers)}});
}

std::string sentence(const WaitReport& report) {
  const Convergence& found = report.convergence;
  if (found.proven())
    return fmt::format("{} {}, {} (after {})",
                       found.servers.size() == 1 ? "The API server runs"
                                                 : fmt::format("All {} API servers run", found.servers.size()),
                       report.file, report.configuration, format_duration(report.waited));
  std::string text = fmt::format("{} of {} API servers run {}, {}; whether all do is not known",
                                 found.converged(), found.servers.size(), report.file, report.configuration);
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
