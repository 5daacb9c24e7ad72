// `kubectl encrypt status`: the census, and what it says.
#include <fmt/format.h>

#include <ostream>

#include "base/text.h"
#include "census/census_run.h"
#include "cli/common_flags.h"
#include "commands/command.h"
#include "commands/exit_code.h"
#include "commands/session.h"
#include "commands/status_output.h"
#include "commands/targets.h"
#include "output/format.h"
#include "output/json.h"
#include "output/progress.h"
#include "output/yaml.h"

namespace kencrypt::commands {
namespace {

constexpr output::Format kFormats[] = {output::Format::json, output::Format::yaml, output::Format::wide};

struct FailOn {
  bool plaintext = false;
  bool stale = false;
  bool unknown = false;

  bool met_by(const coverage::Coverage& total) const {
    return (plaintext && total.plaintext > 0) || (stale && total.stale > 0) ||
           (unknown && total.unknown > 0);
  }
};

// A comma-separated list, so that several findings can be watched for.
Result<FailOn> parse_fail_on(std::string_view text) {
  FailOn fail_on;
  if (text.empty() || text == "none") return fail_on;
  for (const std::string_view word : split(text, ',')) {
    if (word == "plaintext")
      fail_on.plaintext = true;
    else if (word == "stale")
      fail_on.stale = true;
    else if (word == "unknown")
      fail_on.unknown = true;
    else
      return fail(ErrorKind::usage,
                  fmt::format("Invalid fail-on value ({}). Must be \"none\", \"plaintext\", \"stale\", or "
                              "\"unknown\", or several of them with commas.",
                              word));
  }
  return fail_on;
}

struct StatusOptions {
  output::Format format = output::Format::table;
  FailOn fail_on;
  bool headers = true;
  std::optional<encryption::EncryptionConfig> config;
};

Result<StatusOptions> complete(const cli::ParsedFlags& flags) {
  StatusOptions options;
  TRY_ASSIGN(options.format, output::parse_format(flags.get_string("output"), kFormats));
  TRY_ASSIGN(options.fail_on, parse_fail_on(flags.get_string("fail-on")));
  options.headers = !flags.get_bool("no-headers");
  const std::string& path = flags.get_string("config");
  if (!path.empty()) {
    TRY_ASSIGN(options.config, encryption::read_encryption_config(path, kube::secrets_resource()));
  }
  return options;
}

Result<census::CensusResult> take_census(const StatusOptions& options, const Targets& targets,
                                         Session& session, Environment& environment) {
  const std::string term = environment.variables.find("TERM").value_or("");
  output::Progress progress(environment.err, environment.clock,
                            output::progress_style(environment.terminals.err, term),
                            [columns = environment.terminals.columns] { return columns; });
  bool begun = false;
  census::CensusOptions census_options;
  census_options.resource = targets.resource;
  census_options.selection = targets.selection;
  census_options.config = options.config ? &*options.config : nullptr;
  census_options.progress = [&](std::uint64_t done, std::uint64_t total) {
    if (!std::exchange(begun, true)) progress.begin("Reading secrets", total);
    progress.update({.done = done});
  };
  return census::run_census(session.transport(), environment.clock, census_options);
}

void print(const StatusOptions& options, const StatusResult& result, Environment& environment) {
  if (options.format == output::Format::json)
    output::write_json(environment.out, coverage_document(result));
  else if (options.format == output::Format::yaml)
    output::write_yaml(environment.out, coverage_document(result));
  else
    print_coverage(environment.out, result,
                   {.headers = options.headers, .wide = options.format == output::Format::wide});
}

// No Secrets: kubectl's words on standard error, and an empty document for programs.
void print_nothing_found(const StatusOptions& options, const StatusResult& result,
                         const Targets& targets, Environment& environment) {
  const std::string& name_space = targets.selection.name_space;
  environment.err << (name_space.empty()
                          ? std::string("No resources found\n")
                          : fmt::format("No resources found in {} namespace.\n", name_space));
  const bool is_document =
      options.format == output::Format::json || options.format == output::Format::yaml;
  if (is_document) print(options, result, environment);
}

Result<int> run_status(const cli::ParsedFlags& flags, Environment& environment) {
  TRY_ASSIGN(const StatusOptions options, complete(flags));
  // One connection: the census compares counters, so all replies must come from one API server.
  TRY_ASSIGN(const auto session, open_session(flags, environment, {.max_connections = 1}));
  TRY_ASSIGN(const Targets targets, parse_targets(flags, session->config().name_space));
  if (!targets.names.empty())
    return fail(ErrorKind::usage, "status reports namespaces and takes no names of secrets; use -n");
  TRY_ASSIGN(const census::CensusResult census, take_census(options, targets, *session, environment));
  if (census.metrics_error) environment.err << "Warning: " << census.metrics_error->message << '\n';
  StatusResult result{.resource = targets.resource,
                      .write_key = census::decide_write_key(
                          census.evidence, options.config ? &*options.config : nullptr),
                      .coverage = {}};
  result.coverage = coverage::make_report(census.namespaces, result.write_key);
  if (census.namespaces.empty())
    print_nothing_found(options, result, targets, environment);
  else
    print(options, result, environment);
  return session->close(options.fail_on.met_by(result.coverage.total) ? kFindings : kDone);
}

cli::FlagTable status_flags() {
  cli::FlagTable flags = target_flags();
  flags.push_back({.name = "config",
                   .help = "The EncryptionConfiguration file that the API servers should be running. "
                           "If its SHA-256 is the one the server reports, the write key is known from "
                           "it. Its keys are neither kept nor shown."});
  flags.push_back({.name = "fail-on",
                   .default_value = "none",
                   .help = "Exit with 2 if there are objects of this kind: none, plaintext, stale, "
                           "unknown, or several of them with commas."});
  flags.push_back(cli::output_flag("json, yaml, wide"));
  flags.push_back(cli::no_headers_flag());
  return flags;
}

}  // namespace

Command status_command() {
  return {.name = "status",
          .summary = "Show under which provider and key Secrets are stored, by namespace",
          .help = {.description =
                       "Show how many Secrets each namespace holds and under which provider and key they "
                       "are stored.\n\n"
                       "It only reads, and only metadata: each Secret is read by name, and the API "
                       "server's own counters before and after tell what it had to decrypt. That needs "
                       "the right to get, list secrets and to get /metrics. What cannot be known is "
                       "reported as unknown, never guessed.",
                   .examples = {{"Show the coverage of all namespaces", "{program} status"},
                                {"Tell current from stale by the configuration file",
                                 "{program} status --config /etc/kubernetes/enc.yaml"},
                                {"Fail in a pipeline if anything is still in plaintext",
                                 "{program} status --fail-on=plaintext"},
                                {"Print everything for a program", "{program} status -o json"}},
                   .subcommands = {},
                   .usage = "{program} status [flags] [options]",
                   .closing = cli::closing_lines(false)},
          .flags = status_flags(),
          .run = &run_status};
}

}  // namespace kencrypt::commands
