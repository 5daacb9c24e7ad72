#include "commands/backend.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "commands/exit_code.h"
#include "commands/preflight.h"
#include "output/json.h"
#include "output/yaml.h"

namespace kencrypt::commands {
namespace {

using rewrite::MigrationOutcome;
using rewrite::MigrationReport;
using rewrite::MigrationState;

constexpr std::string_view kAuto = "auto";
constexpr std::string_view kNotServed =
    "the server does not serve storagemigration.k8s.io/v1 (Kubernetes 1.37 and later do)";
constexpr std::string_view kNotWhole =
    "a storage version migration always takes all objects of a resource";
constexpr std::string_view kDryRun = "a storage version migration has no dry run";

Result<Backend> explicit_migration(const BackendQuestion& question, Session& session,
                                   Environment& environment) {
  if (question.dry_run || !question.whole_resources)
    return fail(ErrorKind::usage, fmt::format("{}: leave that out or use --backend=client",
                                              question.dry_run ? kDryRun : kNotWhole));
  TRY_ASSIGN(const bool served, rewrite::serves_migrations(surroundings_of(session, environment)));
  if (!served) return fail(ErrorKind::config, fmt::format("{}: use --backend=client", kNotServed));
  return Backend::storage_version_migration;
}

// "" if the cluster's own engine will do, else why not.
std::string why_client(const BackendQuestion& question, Session& session,
                       Environment& environment) {
  if (question.dry_run) return std::string(kDryRun);
  if (!question.whole_resources) return std::string(kNotWhole);
  const auto served = rewrite::serves_migrations(surroundings_of(session, environment));
  if (!served) return served.error().message;
  return *served ? std::string() : std::string(kNotServed);
}

Backend explained_choice(const BackendQuestion& question, Session& session,
                         Environment& environment) {
  const std::string reason = why_client(question, session, environment);
  if (reason.empty()) {
    environment.err << "rewrite: using the cluster's own storage version migration, since the "
                       "server has it and "
                       "whole resources are wanted\n";
    return Backend::storage_version_migration;
  }
  environment.err << fmt::format("rewrite: writing from this client, since {}\n", reason);
  return Backend::client;
}

output::Value outcome_document(const MigrationOutcome& outcome) {
  return output::Value::object(
      {{"resource", outcome.resource.group_resource()},
       {"name", outcome.name},
       {"state", rewrite::migration_state_name(outcome.state)},
       {"message", outcome.message},
       {"seconds", std::chrono::duration<double>(outcome.duration).count()}});
}

output::Value failure_document(const MigrationOutcome& outcome) {
  return output::Value::object({{"resource", outcome.resource.group_resource()},
                                {"namespace", ""},
                                {"name", ""},
                                {"reason", "StorageVersionMigrationFailed"},
                                {"message", outcome.message}});
}

std::string result_line(const MigrationOutcome& outcome) {
  const double seconds = std::chrono::duration<double>(outcome.duration).count();
  if (outcome.state == MigrationState::succeeded)
    return fmt::format(
        "{}: migrated by the cluster in {:.1f}s, says StorageVersionMigration {}; it keeps no "
        "counts",
        outcome.resource.group_resource(), seconds, outcome.name);
  return fmt::format("{}: StorageVersionMigration {} is {} after {:.1f}s",
                     outcome.resource.group_resource(), outcome.name,
                     rewrite::migration_state_name(outcome.state), seconds);
}

void print_result(const MigrationReport& report, output::Format format, std::ostream& out) {
  if (format == output::Format::json) return output::write_json(out, migration_document(report));
  if (format == output::Format::yaml) return output::write_yaml(out, migration_document(report));
  for (const MigrationOutcome& outcome : report.outcomes) out << result_line(outcome) << '\n';
}

void print_change(const MigrationOutcome& outcome, std::ostream& err) {
  err << fmt::format("{}: StorageVersionMigration {} is {}{}{}\n",
                     outcome.resource.group_resource(), outcome.name,
                     rewrite::migration_state_name(outcome.state),
                     outcome.message.empty() ? "" : ": ", outcome.message);
}

Result<int> conclude(const MigrationReport& report, std::ostream& err) {
  if (report.interrupted) {
    const std::string name = report.outcomes.empty() ? "" : report.outcomes.back().name;
    err << fmt::format(
        "interrupted: the cluster goes on with StorageVersionMigration {0}; follow it with "
        "\"kubectl get storageversionmigrations {0} -o yaml\", or run the same command again\n",
        name);
    return kInterrupted;
  }
  if (report.stopped) return std::unexpected(*report.stopped);
  bool failed = false;
  for (const MigrationOutcome& outcome : report.outcomes) {
    if (outcome.state != MigrationState::failed) continue;
    failed = true;
    err << fmt::format(
        "error: StorageVersionMigration {} of {} failed: {}; run again with --backend=client to "
        "see "
        "which objects cannot be written\n",
        outcome.name, outcome.resource.group_resource(), outcome.message);
  }
  return failed ? kFailed : kDone;
}

}  // namespace

std::string_view backend_name(Backend backend) {
  return backend == Backend::client ? "client" : "storage-version-migration";
}

cli::Flag backend_flag() {
  return {
      .name = "backend",
      .default_value = "client",
      .help =
          "Who writes: client (this program), storage-version-migration (the cluster's own engine, "
          "Kubernetes 1.37 and later, whole resources only), or auto (the cluster's own where it "
          "is there, "
          "with a line that says why).",
      .value = cli::one_of(
          {{"client", "this program writes"},
           {"storage-version-migration", "the cluster's own engine writes"},
           {"auto", "the cluster's own engine where it is there"}})};
}

Result<Backend> choose_backend(const BackendQuestion& question, Session& session,
                               Environment& environment) {
  if (question.wanted == backend_name(Backend::client)) return Backend::client;
  if (question.wanted == backend_name(Backend::storage_version_migration))
    return explicit_migration(question, session, environment);
  if (question.wanted == kAuto) return explained_choice(question, session, environment);
  return fail(ErrorKind::usage, fmt::format("Invalid backend value ({}). Must be \"client\", "
                                            "\"storage-version-migration\", or \"auto\".",
                                            question.wanted));
}

Result<int> run_migrations(const rewrite::MigrationOptions& options, output::Format format,
                           Session& session, Environment& environment) {
  const auto interrupts = environment.watch_interrupts();
  const MigrationReport report = rewrite::migrate_all(
      options, surroundings_of(session, environment), *interrupts,
      [&](const MigrationOutcome& outcome) { print_change(outcome, environment.err); });
  // Refused before anything was begun: there is nothing to report on.
  if (report.stopped && report.outcomes.empty()) return std::unexpected(*report.stopped);
  print_result(report, format, environment.out);
  return conclude(report, environment.err);
}

output::Value migration_document(const MigrationReport& report) {
  output::Value failures = output::Value::array();
  output::Value migrations = output::Value::array();
  for (const MigrationOutcome& outcome : report.outcomes) {
    migrations.push_back(outcome_document(outcome));
    if (outcome.state == MigrationState::failed) failures.push_back(failure_document(outcome));
  }
  output::Value document =
      output::Value::object({{"apiVersion", "kubectl-encrypt/v1"},
                             {"kind", "RewriteReport"},
                             {"backend", backend_name(Backend::storage_version_migration)},
                             {"total", nullptr},
                             {"rewritten", nullptr},
                             {"unchanged", nullptr},
                             {"gone", nullptr},
                             {"failed", nullptr},
                             {"failures", std::move(failures)},
                             {"migrations", std::move(migrations)},
                             {"interrupted", report.interrupted},
                             {"seconds", std::chrono::duration<double>(report.duration).count()},
                             {"dryRun", "none"}});
  if (report.stopped) document.set("error", report.stopped->message);
  return document;
}

}  // namespace kencrypt::commands
