// `kubectl encrypt rewrite`: plan, question, run, report.
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/common_flags.h"
#include "commands/backend.h"
#include "commands/command.h"
#include "commands/exit_code.h"
#include "commands/find_targets.h"
#include "commands/kubectl_name.h"
#include "commands/no_resources.h"
#include "commands/preflight.h"
#include "commands/progress_line.h"
#include "commands/resume.h"
#include "commands/rewrite_files.h"
#include "commands/rewrite_flags.h"
#include "commands/rewrite_output.h"
#include "commands/session.h"
#include "commands/targets.h"
#include "output/confirm.h"
#include "rewrite/rewriter.h"

namespace kencrypt::commands {
namespace {

// One HTTP/2 connection carries everything; behind a proxy that allows only HTTP/1.1 a few are needed
// for any concurrency.
constexpr int kHttp1Connections = 8;

class RewriteRun {
 public:
  RewriteRun(const RewriteOptions& options, const std::vector<rewrite::Target>& targets, Session& session,
             Environment& environment)
      : options_(options), targets_(targets), session_(session), environment_(environment) {}

  Result<int> run() {
    TRY_ASSIGN(const Backend backend, choose());
    TRY_ASSIGN(const auto counts, count_targets(session_.transport(), targets_));
    const bool nothing = std::all_of(counts.begin(), counts.end(), [](const auto& one) { return one == 0U; });
    if (nothing) return nothing_to_do();
    if (options_.dry_run == DryRunMode::client) return plan_only();
    TRY_ASSIGN(const Writing writing, look_before(backend, counts));
    TRY_ASSIGN(const bool go_on, may_go_on(counts));
    if (!go_on) {
      environment_.err << "rewrite is cancelled\n";
      return kDone;
    }
    if (backend == Backend::storage_version_migration)
      return run_migrations({resources(), writing.configuration, options_.engine.max_outage}, options_.output, session_,
                            environment_);
    TRY_ASSIGN(const Resume resume, prepare_resume(options_, targets_, writing.identity(), session_, environment_));
    rewrite::Report report = rewrite(counts, resume);
    if (is_complete(report)) {
      rewrite::remove_checkpoint(resume.path);
      if (auto same = see_same_keys(writing, session_, environment_); !same) report.stopped = std::move(same).error();
    }
    return conclude(report);
  }

 private:
  Result<Backend> choose() {
    return choose_backend({.wanted = options_.backend,
                           .whole_resources = covers_everything(targets_),
                           .dry_run = options_.dry_run != DryRunMode::none},
                          session_, environment_);
  }

  std::vector<kube::Resource> resources() const {
    std::vector<kube::Resource> resources;
    for (const rewrite::Target& target : targets_) resources.push_back(target.resource);
    return resources;
  }

  // The checks before anything is written. A migration of our own is looked for by the other backend itself.
  Result<Writing> look_before(Backend backend, const std::vector<std::optional<std::uint64_t>>& counts) {
    if (options_.dry_run != DryRunMode::none) return Writing{};
    PreflightOptions preflight = options_.preflight;
    if (backend != Backend::client) preflight.skip.insert(control_plane::Check::migration);
    std::vector<control_plane::Subject> subjects;
    for (std::size_t i = 0; i < targets_.size(); ++i) subjects.push_back({targets_[i].resource, counts[i]});
    return run_preflight(preflight, std::move(subjects), session_, environment_);
  }

  Result<int> nothing_to_do() {
    if (!options_.output.is_text()) return print_document({}) ? kDone : kFailed;
    environment_.err << no_resources_line(targets_.empty() ? "" : targets_.front().selection.name_space);
    return kDone;
  }

  Result<int> plan_only() {
    rewrite::Report report;
    for (const rewrite::Target& target : targets_) {
      report.total += target.names.size();
      if (!target.names.empty()) continue;
      TRY_ASSIGN(const auto names,
                 kube::list_names(session_.transport(), target.resource, target.selection));
      report.total += names.size();
    }
    return print_result(report) ? kDone : kFailed;
  }

  Result<bool> may_go_on(const std::vector<std::optional<std::uint64_t>>& counts) {
    if (options_.yes || options_.dry_run == DryRunMode::server) return true;
    if (!environment_.terminals.in)
      return fail(ErrorKind::usage,
                  "rewrite asks before it writes, and standard input is no terminal: add --yes, or look "
                  "first with --dry-run=client");
    environment_.err << plan_text(targets_, counts, session_.config());
    return output::confirm(environment_.in, environment_.err);
  }

  rewrite::Report rewrite(const std::vector<std::optional<std::uint64_t>>& counts, const Resume& resume) {
    rewrite::Options engine = options_.engine;
    engine.targets = targets_;
    engine.resume = resume.from;
    output::Progress progress = progress_line(environment_);
    const bool dry = options_.dry_run == DryRunMode::server;
    progress.begin((dry ? "Trying " : "Rewriting ") + name_targets(targets_), expected(counts, resume));
    const auto interrupts = environment_.watch_interrupts();
    const auto run = options_.until_clean ? rewrite::rewrite_until_clean : rewrite::rewrite_all;
    rewrite::Report report =
        run(engine, {session_.transport(), environment_.clock, *interrupts,
                     [&](const rewrite::Progress& state) {
                       progress.update({.done = state.done, .failed = state.failed, .retried = state.waits});
                     },
                     resume.file.get()});
    progress.finish();
    return report;
  }

  // Of all targets together; unknown where one is, and where an earlier run has done some.
  static std::optional<std::uint64_t> expected(const std::vector<std::optional<std::uint64_t>>& counts,
                                               const Resume& resume) {
    std::uint64_t sum = 0;
    for (const auto& count : counts) {
      if (!count || resume.from) return std::nullopt;
      sum += *count;
    }
    return sum;
  }

  static bool is_complete(const rewrite::Report& report) {
    return !report.interrupted && !report.stopped && report.failed == 0 && report.unlisted.empty();
  }

  Result<int> conclude(const rewrite::Report& report) {
    const bool printed = print_result(report);
    print_failures(environment_.err, report, targets_);
    suggest_rerun(report);
    TRY(write_rewrite_files(options_, report, targets_));
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
    return printed && report.failed == 0 && report.unlisted.empty() ? kDone : kFailed;
  }

  void suggest_rerun(const rewrite::Report& report) {
    if (report.failures.empty() || options_.failed_path.empty()) return;
    environment_.err << fmt::format("to write just these again: {} rewrite -f {}\n",
                                    name_program(environment_.program, environment_.kubectl), options_.failed_path);
    if (report.failed > report.failures.size())
      environment_.err << fmt::format("{} names {} of {} failed objects: run the whole command again after that\n",
                                      options_.failed_path, report.failures.size(), report.failed);
  }

  bool print_result(const rewrite::Report& report) {
    if (!options_.output.is_text()) return print_document(report);
    environment_.out << summary_text(report, targets_, options_.dry_run) << '\n';
    return true;
  }

  // A template that does not fit says so at once, and must not hide what comes after it.
  bool print_document(const rewrite::Report& report) {
    const auto written =
        write_document(environment_.out, options_.output, report_document(report, targets_, options_));
    if (!written) environment_.err << "error: " << written.error().message << '\n';
    return written.has_value();
  }

  const RewriteOptions& options_;
  const std::vector<rewrite::Target>& targets_;
  Session& session_;
  Environment& environment_;
};

Result<std::vector<rewrite::Target>> targets_of(const cli::ParsedFlags& flags, Session& session,
                                                Environment& environment) {
  const std::string& file = flags.get_string("filename");
  if (file.empty()) return find_targets(flags, session, environment);
  if (!flags.positionals().empty() || flags.get_bool("all-resources") || !flags.get_string("config").empty() ||
      flags.get_bool("all-namespaces") || flags.was_set("namespace") || flags.was_set("selector") ||
      flags.was_set("field-selector"))
    return fail(ErrorKind::usage, "-f names the objects themselves: give no resource, namespace or selector with it");
  return read_object_list(file);
}

Result<int> run_rewrite(const cli::ParsedFlags& flags, Environment& environment) {
  TRY_ASSIGN(const RewriteOptions options, parse_rewrite(flags, environment));
  TRY_ASSIGN(const auto session,
             open_session(flags, environment, {.max_connections = kHttp1Connections}));
  TRY_ASSIGN(const auto targets, targets_of(flags, *session, environment));
  TRY_ASSIGN(const int code, RewriteRun(options, targets, *session, environment).run());
  return session->close(code);
}

cli::FlagTable all_flags() {
  cli::FlagTable flags = cli::merge(resource_flags(), preflight_flags());
  flags.push_back(backend_flag());
  for (cli::Flag& flag : target_flags()) flags.push_back(std::move(flag));
  flags.push_back({.name = "filename",
                   .letter = 'f',
                   .help = "Rewrite the objects named in this file, as --failed-to writes it; - is standard "
                           "input.",
                   .value = cli::file()});
  for (cli::Flag& flag : rewrite_flags()) flags.push_back(std::move(flag));
  return flags;
}

}  // namespace

Command rewrite_command() {
  return {.name = "rewrite",
          .summary = "Have the API server write objects again, under its present write key",
          .help = {.description =
                       "Write objects again, unchanged, so that the API server stores each with its "
                       "present write key: Secrets, or whatever else is encrypted.\n\n"
                       "Each object is sent back exactly as it was received, with its resourceVersion, "
                       "so that nobody's change is lost: where somebody else was faster, the object is "
                       "read again. What is current already is left alone by the server. It is safe to "
                       "interrupt this command and to run it again.\n\n"
                       "Resources are named as for kubectl get, also several beside each other. Custom "
                       "resources are read and written in the version in which they are stored, since any "
                       "other could lose fields.",
                   .examples = {{"Rewrite all Secrets of all namespaces", "{program} rewrite secrets"},
                                {"Rewrite those of one namespace without being asked",
                                 "{program} rewrite secrets -n payments --yes"},
                                {"Rewrite several resources, a custom one among them",
                                 "{program} rewrite secrets configmaps widgets.example.com"},
                                {"Rewrite what an encryption configuration encrypts",
                                 "{program} rewrite --config /etc/kubernetes/enc.yaml"},
                                {"Rewrite everything that is stored", "{program} rewrite --all-resources"},
                                {"Have the cluster do it by itself, if it can", "{program} rewrite secrets --backend=auto"},
                                {"Only count what would be written",
                                 "{program} rewrite secrets --dry-run=client"},
                                {"Rewrite two Secrets and print a report",
                                 "{program} rewrite secrets db-password api-token -n shop --yes -o json"}},
                   .subcommands = {},
                   .usage = "{program} rewrite [TYPE[,TYPE...] [NAME...] | TYPE TYPE... | TYPE/NAME...] [flags] [options]",
                   .closing = cli::closing_lines(false)},
          .flags = all_flags(),
          .arguments = cli::means(cli::Means::objects),
          .run = &run_rewrite};
}

}  // namespace kencrypt::commands
