#include "commands/census_door.h"

#include <ostream>
#include <utility>

#include "census/census_run.h"
#include "commands/exit_code.h"
#include "commands/session.h"
#include "commands/targets.h"
#include "output/progress.h"

namespace kencrypt::commands {
namespace {

Result<census::CensusResult> take_census(const StatusOptions& options, const Targets& targets,
                                         Session& session, Environment& environment) {
  const std::string term = environment.variables.find("TERM").value_or("");
  output::Progress progress(environment.err, environment.clock,
                            output::progress_style(environment.terminals.err, term),
                            [columns = environment.terminals.columns] { return columns; });
  bool begun = false;
  census::CensusOptions census_options;
  census_options.probe.resource = targets.resource;
  census_options.probe.config = options.config ? &*options.config : nullptr;
  census_options.selection = targets.selection;
  census_options.progress = [&](std::uint64_t done, std::uint64_t total) {
    if (!std::exchange(begun, true)) progress.begin("Reading secrets", total);
    progress.update({.done = done});
  };
  return census::run_census(session.transport(), environment.clock, census_options);
}

}  // namespace

Result<int> run_census_door(const StatusOptions& options, const cli::ParsedFlags& flags,
                            Environment& environment) {
  // One connection: the census compares counters, so all replies must come from one API server.
  TRY_ASSIGN(const auto session, open_session(flags, environment, {.max_connections = 1}));
  TRY_ASSIGN(const Targets targets, parse_targets(flags, session->config().name_space));
  if (!targets.names.empty())
    return fail(ErrorKind::usage,
                "status reports namespaces and takes no names of secrets; use -n");
  TRY_ASSIGN(const census::CensusResult census,
             take_census(options, targets, *session, environment));
  if (census.metrics_error) environment.err << "Warning: " << census.metrics_error->message << '\n';
  StatusResult result{.resource = targets.resource,
                      .write_key = census::decide_write_key(
                          census.evidence, options.config ? &*options.config : nullptr),
                      .coverage = {}};
  result.coverage = coverage::make_report(census.namespaces, result.write_key);
  print_status(options, result, targets.selection.name_space, environment);
  return session->close(options.fail_on.met_by(result.coverage.total) ? kFindings : kDone);
}

}  // namespace kencrypt::commands
