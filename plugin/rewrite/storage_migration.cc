#include "rewrite/storage_migration.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "kube/json_text.h"

namespace kencrypt::rewrite {
namespace {

constexpr Duration kFirstPause = std::chrono::milliseconds(500);
constexpr Duration kLongestPause = std::chrono::seconds(5);

}  // namespace

std::string_view migration_state_name(MigrationState state) {
  switch (state) {
    case MigrationState::waiting:
      return "waiting";
    case MigrationState::running:
      return "running";
    case MigrationState::succeeded:
      return "succeeded";
    case MigrationState::failed:
      return "failed";
  }
  return "waiting";
}

MigrationOutcome standing_of(const control_plane::Migration& migration,
                             const kube::Resource& resource) {
  MigrationOutcome outcome{
      .resource = resource, .name = migration.name, .message = "", .duration = {}};
  // The controller's counts stand in the message of Running, also when it has ended; Running itself
  // is then False (migrationrunner.go), so its message is looked for whatever its status is.
  for (const control_plane::Condition& condition : migration.conditions)
    if (condition.type == "Running") outcome.message = condition.message;
  if (migration.condition("Running") != nullptr) outcome.state = MigrationState::running;
  if (const auto* succeeded = migration.condition("Succeeded")) {
    outcome.state = MigrationState::succeeded;
    outcome.message = succeeded->message;
  }
  if (const auto* failed = migration.condition("Failed")) {
    outcome.state = MigrationState::failed;
    outcome.message = failed->message;
  }
  return outcome;
}

std::string migration_body(const kube::Resource& resource,
                           const std::optional<std::string>& configuration) {
  const std::string annotations =
      configuration ? fmt::format(R"(,"annotations":{{"kubectl-encrypt/configuration":{}}})",
                                  kube::json_string(*configuration))
                    : std::string();
  return fmt::format(
      R"({{"apiVersion":"storagemigration.k8s.io/v1","kind":"StorageVersionMigration",)"
      R"("metadata":{{"generateName":"kubectl-encrypt-",)"
      R"("labels":{{"app.kubernetes.io/managed-by":"kubectl-encrypt"}}{}}},)"
      R"("spec":{{"resource":{{"group":{},"resource":{}}}}}}})",
      annotations, kube::json_string(resource.group), kube::json_string(resource.plural));
}

Result<void> may_follow(const control_plane::Migration& running,
                        const std::optional<std::string>& configuration) {
  if (running.managed_by != "kubectl-encrypt")
    return fail(
        ErrorKind::conflict,
        fmt::format(
            "StorageVersionMigration \"{}\" of {}, which somebody else made, has not finished: "
            "wait until it has, or delete it, and run this again",
            running.name, running.resource));
  if (configuration && running.configuration == *configuration) return {};
  if (!configuration && running.configuration.empty()) return {};
  return fail(
      ErrorKind::conflict,
      fmt::format(
          "StorageVersionMigration \"{}\" of {}, which an earlier run made, may have begun under "
          "another encryption configuration: wait until it has finished, or delete it, and run "
          "this again",
          running.name, running.resource));
}

MigrationWatch::MigrationWatch(kube::Resource resource, std::string name, Duration patience,
                               TimePoint now)
    : now_{.resource = std::move(resource), .name = std::move(name), .message = "", .duration = {}},
      patience_(patience),
      started_(now),
      last_answer_(now),
      pause_(kFirstPause) {}

bool MigrationWatch::on_object(const control_plane::Migration& migration, TimePoint now) {
  last_answer_ = now;
  MigrationOutcome fresh = standing_of(migration, now_.resource);
  const bool changed = fresh.state != now_.state || fresh.message != now_.message;
  pause_ = changed ? kFirstPause : std::min(kLongestPause, pause_ + pause_ / 2);
  now_ = std::move(fresh);
  if (now_.state == MigrationState::waiting && now - started_ > patience_)
    given_up_ = Error{
        ErrorKind::timeout,
        fmt::format("no controller has taken up StorageVersionMigration \"{}\" within {}: is the "
                    "kube-controller-manager running, with its garbage collector? The migration is "
                    "left there; delete it before using --backend=client",
                    now_.name, format_duration(patience_))};
  return changed;
}

void MigrationWatch::on_error(const Error& error, TimePoint now) {
  if (error.kind == ErrorKind::not_found) {
    now_.state = MigrationState::failed;
    now_.message = "somebody deleted it before it had finished";
    return;
  }
  pause_ = std::min(kLongestPause, pause_ + pause_ / 2);
  const bool hopeless =
      error.kind == ErrorKind::forbidden || error.kind == ErrorKind::unauthenticated;
  if (!hopeless && now - last_answer_ <= patience_) return;
  given_up_ =
      Error{error.kind,
            fmt::format("following StorageVersionMigration \"{}\", which goes on by itself: {}",
                        now_.name, error.message)};
}

bool MigrationWatch::finished() const {
  return now_.state == MigrationState::succeeded || now_.state == MigrationState::failed;
}

MigrationOutcome MigrationWatch::outcome(TimePoint now) const {
  MigrationOutcome outcome = now_;
  outcome.duration = now - started_;
  return outcome;
}

}  // namespace kencrypt::rewrite
