// `kubectl encrypt rewrite`: plan, question, run, report.
#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <random>

#include "cli/common_flags.h"
#include "commands/backend.h"
#include "commands/command.h"
#include "commands/exit_code.h"
#include "commands/preflight.h"
#include "commands/rewrite_output.h"
#include "commands/session.h"
#include "commands/targets.h"
#include "output/confirm.h"
#include "output/format.h"
#include "output/json.h"
#include "output/progress.h"
#include "output/yaml.h"
#include "rewrite/rewriter.h"

namespace kencrypt::commands {
namespace {

constexpr output::Format kFormats[] = {output::Format::json, output::Format::yaml};
// One HTTP/2 connection carries everything; behind a proxy that allows only HTTP/1.1 a few are needed
// for any concurrency.
constexpr int kHttp1Connections = 8;
// HTTP/2 streams an API server allows on one connection (k8s.io/apiserver pkg/server/secure_serving.go).
constexpr std::int64_t kMaxConcurrency = 100;

struct RewriteOptions {
  output::Format format = output::Format::table;
  DryRunMode dry_run = DryRunMode::none;
  bool yes = false;
  std::size_t concurrency = 64;
  std::size_t chunk_size = 500;
  Duration max_outage{};
  PreflightOptions preflight;
  std::string backend;
};

DryRunMode to_mode(cli::DryRun mode) {
  switch (mode) {
    case cli::DryRun::none: return DryRunMode::none;
    case cli::DryRun::client: return DryRunMode::client;
    case cli::DryRun::server: return DryRunMode::server;
  }
  return DryRunMode::none;
}

// kubectl's habits: complete, validate, run.
Result<RewriteOptions> complete(const cli::ParsedFlags& flags, Environment& environment) {
  RewriteOptions options;
  TRY_ASSIGN(options.format, output::parse_format(flags.get_string("output"), kFormats));
  TRY_ASSIGN(const cli::DryRunChoice choice, cli::dry_run(flags));
  if (!choice.warning.empty()) environment.err << choice.warning << '\n';
  options.dry_run = to_mode(choice.mode);
  options.yes = flags.get_bool("yes");
  options.max_outage = flags.get_duration("max-outage");
  TRY_ASSIGN(options.preflight, parse_preflight(flags));
  options.backend = flags.get_string("backend");
  const std::int64_t concurrency = flags.get_int("concurrency");
  if (concurrency < 1 || concurrency > kMaxConcurrency)
    return fail(ErrorKind::usage, fmt::format("--concurrency must be between 1 and {}, the streams an "
                                              "API server allows on one connection",
                                              kMaxConcurrency));
  options.concurrency = static_cast<std::size_t>(concurrency);
  const std::int64_t chunk = flags.get_int("chunk-size");
  if (chunk < 0) return fail(ErrorKind::usage, "--chunk-size must not be negative");
  // A page is bounded in bytes whatever its number of objects, so "no limit" is a large one.
  options.chunk_size = chunk == 0 ? 100000 : static_cast<std::size_t>(chunk);
  return options;
}

class RewriteRun {
 public:
  RewriteRun(const RewriteOptions& options, const Targets& targets, Session& session,
             Environment& environment)
      : options_(options), targets_(targets), session_(session), environment_(environment) {}

  Result<int> run() {
    TRY_ASSIGN(const Backend backend, choose());
    TRY_ASSIGN(const std::optional<std::uint64_t> count, count_targets());
    if (count == 0U && targets_.names.empty()) return nothing_to_do();
    if (options_.dry_run == DryRunMode::client) return plan_only();
    TRY_ASSIGN(const auto configuration, look_before(backend, count));
    TRY_ASSIGN(const bool go_on, may_go_on(count));
    if (!go_on) {
      environment_.err << "rewrite is cancelled\n";
      return kDone;
    }
    if (backend == Backend::storage_version_migration)
      return run_migrations({{targets_.resource}, configuration, options_.max_outage}, options_.format,
                            session_, environment_);
    return conclude(rewrite(count));
  }

 private:
  Result<Backend> choose() {
    return choose_backend({.wanted = options_.backend,
                           .whole_resources = covers_everything(targets_),
                           .dry_run = options_.dry_run != DryRunMode::none},
                          session_, environment_);
  }

  // The checks before anything is written. A migration of our own is looked for by the other backend itself.
  Result<std::optional<std::string>> look_before(Backend backend, std::optional<std::uint64_t> count) {
    if (options_.dry_run != DryRunMode::none) return std::optional<std::string>();
    PreflightOptions preflight = options_.preflight;
    if (backend != Backend::client) preflight.skip.insert(control_plane::Check::migration);
    return run_preflight(preflight, {{targets_.resource, count}}, session_, environment_);
  }

  // Also the first contact: what is wrong with the connection or the rights shows here, before
  // anything is written or asked.
  Result<std::optional<std::uint64_t>> count_targets() {
    if (!targets_.names.empty()) return targets_.names.size();
    return kube::count_objects(session_.transport(), targets_.resource, targets_.selection);
  }

  Result<int> nothing_to_do() {
    environment_.err << (targets_.selection.name_space.empty()
                             ? std::string("No resources found\n")
                             : fmt::format("No resources found in {} namespace.\n",
                                           targets_.selection.name_space));
    if (options_.format != output::Format::table) print_document({});
    return kDone;
  }

  Result<int> plan_only() {
    rewrite::Report report;
    report.total = targets_.names.size();
    if (targets_.names.empty()) {
      TRY_ASSIGN(const auto names,
                 kube::list_names(session_.transport(), targets_.resource, targets_.selection));
      report.total = names.size();
    }
    print_result(report);
    return kDone;
  }

  Result<bool> may_go_on(std::optional<std::uint64_t> count) {
    if (options_.yes || options_.dry_run == DryRunMode::server) return true;
    if (!environment_.terminals.in)
      return fail(ErrorKind::usage,
                  "rewrite asks before it writes, and standard input is no terminal: add --yes, or look "
                  "first with --dry-run=client");
    environment_.err << plan_text(targets_, count, session_.config());
    return output::confirm(environment_.in, environment_.err);
  }

  rewrite::Report rewrite(std::optional<std::uint64_t> count) {
    const bool dry = options_.dry_run == DryRunMode::server;
    const rewrite::Options engine{
        .resource = targets_.resource,
        .selection = targets_.selection,
        .names = targets_.names,
        .dry_run = dry ? kube::DryRun::server : kube::DryRun::none,
        .max_in_flight = options_.concurrency,
        .limits = limits(),
        .max_outage = options_.max_outage,
        .seed = std::random_device{}(),
    };
    output::Progress progress = make_progress();
    progress.begin(dry ? "Trying secrets" : "Rewriting secrets", count);
    const auto interrupts = environment_.watch_interrupts();
    rewrite::Report report = rewrite::rewrite_all(
        engine, {session_.transport(), environment_.clock, *interrupts,
                 [&](const rewrite::Progress& state) {
                   progress.update({.done = state.done, .failed = state.failed, .retried = state.waits});
                 }});
    progress.finish();
    return report;
  }

  rewrite::PageLimits limits() const {
    rewrite::PageLimits limits;
    limits.most_objects = options_.chunk_size;
    limits.first_objects = std::min(limits.first_objects, limits.most_objects);
    return limits;
  }

  output::Progress make_progress() {
    const std::string term = environment_.variables.find("TERM").value_or("");
    return {environment_.err, environment_.clock,
            output::progress_style(environment_.terminals.err, term),
            [columns = environment_.terminals.columns] { return columns; }};
  }

  Result<int> conclude(const rewrite::Report& report) {
    print_result(report);
    print_failures(environment_.err, report, targets_);
    if (report.interrupted) {
      environment_.err << "interrupted: what is counted above is done; run the same command again for "
                          "the rest\n";
      return kInterrupted;
    }
    if (report.stopped) return std::unexpected(*report.stopped);
    // Objects that are listed but in no count would be lost without a word: that must never pass.
    if (report.total != report.done())
      return fail(ErrorKind::protocol,
                  fmt::format("{} objects were listed, but {} accounted for; run again and report this "
                              "as a bug",
                              report.total, report.done()));
    return report.failed == 0 ? kDone : kFailed;
  }

  void print_result(const rewrite::Report& report) {
    if (options_.format == output::Format::table)
      environment_.out << summary_text(report, options_.dry_run) << '\n';
    else
      print_document(report);
  }

  void print_document(const rewrite::Report& report) {
    const output::Value document = report_document(report, targets_, options_.dry_run);
    if (options_.format == output::Format::json)
      output::write_json(environment_.out, document);
    else
      output::write_yaml(environment_.out, document);
  }

  const RewriteOptions& options_;
  const Targets& targets_;
  Session& session_;
  Environment& environment_;
};

Result<int> run_rewrite(const cli::ParsedFlags& flags, Environment& environment) {
  TRY_ASSIGN(const RewriteOptions options, complete(flags, environment));
  TRY_ASSIGN(const auto session,
             open_session(flags, environment, {.max_connections = kHttp1Connections}));
  TRY_ASSIGN(const Targets targets, parse_targets(flags, session->config().name_space));
  TRY_ASSIGN(const int code, RewriteRun(options, targets, *session, environment).run());
  return session->close(code);
}

cli::FlagTable rewrite_flags() {
  cli::FlagTable flags = cli::merge(target_flags(), preflight_flags());
  flags.push_back(backend_flag());
  flags.push_back(cli::yes_flag());
  flags.push_back(cli::dry_run_flag());
  flags.push_back(cli::output_flag("json, yaml"));
  flags.push_back(cli::chunk_size_flag());
  flags.push_back({.name = "concurrency",
                   .kind = cli::FlagKind::integer,
                   .default_value = "64",
                   .help = "The most objects that are written at the same time. Fewer are, where the "
                           "server does not keep up."});
  flags.push_back({.name = "max-outage",
                   .kind = cli::FlagKind::duration,
                   .default_value = "2m",
                   .help = "How long to wait for a server that is away or overloaded before giving up."});
  return flags;
}

}  // namespace

Command rewrite_command() {
  return {.name = "rewrite",
          .summary = "Have the API server write Secrets again, under its present write key",
          .help = {.description =
                       "Write Secrets again, unchanged, so that the API server stores each with its "
                       "present write key.\n\n"
                       "Each object is sent back exactly as it was received, with its resourceVersion, "
                       "so that nobody's change is lost: where somebody else was faster, the object is "
                       "read again. What is current already is left alone by the server. It is safe to "
                       "interrupt this command and to run it again.",
                   .examples = {{"Rewrite all Secrets of all namespaces", "{program} rewrite secrets"},
                                {"Rewrite those of one namespace without being asked",
                                 "{program} rewrite secrets -n payments --yes"},
                                {"Have the cluster do it by itself, if it can", "{program} rewrite secrets --backend=auto"},
                                {"Only count what would be written",
                                 "{program} rewrite secrets --dry-run=client"},
                                {"Rewrite two Secrets and print a report",
                                 "{program} rewrite secrets db-password api-token -n shop --yes -o json"}},
                   .subcommands = {},
                   .usage = "{program} rewrite [secrets [NAME ...]] [flags] [options]",
                   .closing = cli::closing_lines(false)},
          .flags = rewrite_flags(),
          .run = &run_rewrite};
}

}  // namespace kencrypt::commands
