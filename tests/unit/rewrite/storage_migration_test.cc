#include "rewrite/storage_migration.h"

#include <catch2/catch.hpp>

#include "fakes/fake_clock.h"
#include "fakes/fake_interrupts.h"
#include "fakes/scripted_transport.h"
#include "unit/control_plane/documents.h"

namespace kencrypt::rewrite {
namespace {

using control_plane::Condition;
using control_plane::Migration;
namespace documents = control_plane::documents;

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

Migration migration(std::vector<Condition> conditions) {
  Migration one;
  one.name = "kubectl-encrypt-x";
  one.resource = "secrets";
  one.conditions = std::move(conditions);
  return one;
}

TEST_CASE("a migration stands where its conditions say", "[storage_migration]") {
  struct Row {
    std::vector<Condition> conditions;
    MigrationState state;
    std::string message;
  };
  const auto row = GENERATE(values<Row>({
      {{}, MigrationState::waiting, ""},
      {{{"Running", "True", "r", "3/5 objects not yet migrated"}},
       MigrationState::running,
       "3/5 objects not yet migrated"},
      {{{"Running", "Unknown", "r", ""}}, MigrationState::waiting, ""},
      {{{"Running", "True", "r", "run"}, {"Succeeded", "True", "s", "done"}},
       MigrationState::succeeded,
       "done"},
      {{{"Failed", "True", "f", "no"}, {"Running", "False", "r", "over"}},
       MigrationState::failed,
       "no"},
      {{{"Succeeded", "False", "s", "not yet"}}, MigrationState::waiting, ""},
  }));
  const MigrationOutcome outcome = standing_of(migration(row.conditions), kube::secrets_resource());
  CHECK(outcome.state == row.state);
  CHECK(outcome.message == row.message);
}

TEST_CASE("only a migration of our own and of this configuration is followed",
          "[storage_migration]") {
  Migration running = migration({});
  CHECK(contains(may_follow(running, "sha256:a").error().message, "somebody else"));
  running.managed_by = "kubectl-encrypt";
  CHECK(may_follow(running, std::nullopt));
  CHECK_FALSE(may_follow(running, "sha256:a"));
  running.configuration = "sha256:a";
  CHECK(may_follow(running, "sha256:a"));
  CHECK(contains(may_follow(running, "sha256:b").error().message,
                 "another encryption configuration"));
  CHECK_FALSE(may_follow(running, std::nullopt));
}

TEST_CASE("what is created names the resource and the configuration", "[storage_migration]") {
  const auto plain = control_plane::parse_migration(
      migration_body({.group = "apps", .version = "v1", .plural = "deployments"}, std::nullopt));
  CHECK_FALSE(plain);  // it has no name yet
  std::string body =
      migration_body({.group = "apps", .version = "v1", .plural = "deployments"}, "sha256:\"a");
  CHECK(contains(body, "\"generateName\":\"kubectl-encrypt-\""));
  body.replace(body.find("generateName"), 12, "name");
  const auto made = control_plane::parse_migration(body);
  REQUIRE(made);
  CHECK(made->resource == "deployments.apps");
  CHECK(made->managed_by == "kubectl-encrypt");
  CHECK(made->configuration == "sha256:\"a");
}

using std::chrono::seconds;

TEST_CASE("a watch outlives lost connections, but not for ever", "[storage_migration]") {
  const fakes::FakeClock clock;
  const TimePoint start = clock.now();
  MigrationWatch watch(kube::secrets_resource(), "m", seconds(60), start);
  const Error lost{ErrorKind::connection_lost, "gone"};
  watch.on_error(lost, start + seconds(60));
  CHECK_FALSE(watch.given_up());
  CHECK(watch.on_object(migration({{"Running", "True", "r", ""}}), start + seconds(61)));
  CHECK_FALSE(watch.on_object(migration({{"Running", "True", "r", ""}}), start + seconds(1000)));
  watch.on_error(lost, start + seconds(1060));
  CHECK_FALSE(watch.given_up());
  watch.on_error(lost, start + seconds(1061));
  REQUIRE(watch.given_up());
  CHECK(contains(watch.given_up()->message, "goes on by itself: gone"));
  CHECK_FALSE(watch.finished());
}

TEST_CASE("a watch notices that nobody takes the migration up, and that it is deleted",
          "[storage_migration]") {
  const TimePoint start = fakes::FakeClock().now();
  MigrationWatch idle(kube::secrets_resource(), "m", seconds(60), start);
  CHECK_FALSE(idle.on_object(migration({}), start + seconds(60)));
  CHECK_FALSE(idle.given_up());
  idle.on_object(migration({}), start + seconds(61));
  CHECK(idle.given_up());
  MigrationWatch deleted(kube::secrets_resource(), "m", seconds(60), start);
  deleted.on_error({ErrorKind::not_found, "not found"}, start);
  CHECK(deleted.outcome(start).state == MigrationState::failed);
  CHECK(contains(deleted.outcome(start).message, "deleted"));
  MigrationWatch forbidden(kube::secrets_resource(), "m", seconds(60), start);
  forbidden.on_error({ErrorKind::forbidden, "no"}, start);
  CHECK(forbidden.given_up());
}

// The requests of a run, one after the other, on a script of replies.
struct World {
  fakes::ScriptedTransport transport;
  // Time passes whenever somebody looks.
  class TickingClock final : public Clock {
   public:
    TimePoint now() const override {
      return TimePoint{} + ++ticks_ * std::chrono::milliseconds(100);
    }
    WallTime wall() const override { return {}; }

   private:
    mutable int ticks_ = 0;
  } clock;
  http::Endpoint endpoint;
  fakes::FakeInterrupts interrupts;
  std::vector<std::string> changes;

  void ok(std::string body) {
    transport.reply({.status = 200, .body = std::move(body), .headers = {}, .error = {}});
  }
  void missing() {
    transport.reply({.status = 404,
                     .body = R"({"kind":"Status","code":404,"reason":"NotFound"})",
                     .headers = {},
                     .error = {}});
  }
  // The three requests by which all migrations are read.
  void existing(const std::string& items) {
    ok(documents::kApiGroup);
    ok(documents::migration_list(items));
    missing();
  }
  MigrationReport run(std::vector<kube::Resource> resources) {
    const MigrationOptions options{
        .resources = std::move(resources), .configuration = "sha256:a", .max_outage = seconds(600)};
    return migrate_all(options, {transport, clock, endpoint, {}}, interrupts,
                       [this](const MigrationOutcome& outcome) {
                         changes.emplace_back(migration_state_name(outcome.state));
                       });
  }
};

TEST_CASE("a migration is created and followed to its end", "[storage_migration]") {
  World world;
  world.existing("");
  world.existing(
      documents::migration("old", "", "secrets", documents::condition("Failed", "True", "x")));
  world.ok(documents::migration("kubectl-encrypt-x", "", "secrets", ""));
  world.ok(documents::migration("kubectl-encrypt-x", "", "secrets", ""));
  world.transport.reply(
      {.status = 0, .body = "", .headers = {}, .error = Error{ErrorKind::connection_lost, "lost"}});
  world.ok(documents::migration("kubectl-encrypt-x", "", "secrets",
                                documents::condition("Running", "True", "go")));
  world.ok(documents::migration("kubectl-encrypt-x", "", "secrets",
                                documents::condition("Succeeded", "True", "done")));
  const MigrationReport report = world.run({kube::secrets_resource()});
  CHECK_FALSE(report.stopped);
  REQUIRE(report.outcomes.size() == 1);
  CHECK(report.outcomes[0].state == MigrationState::succeeded);
  CHECK(report.outcomes[0].name == "kubectl-encrypt-x");
  CHECK(world.changes == std::vector<std::string>{"waiting", "running", "succeeded"});
  const auto& requests = world.transport.requests();
  REQUIRE(requests.size() == 11);
  CHECK(requests[6].method == http::Method::post);
  CHECK(
      requests[6].target.starts_with("/apis/storagemigration.k8s.io/v1/storageversionmigrations?"));
  CHECK(contains(requests[6].body, "\"resource\":\"secrets\""));
  CHECK(requests[7].target ==
        "/apis/storagemigration.k8s.io/v1/storageversionmigrations/kubectl-encrypt-x");
}

TEST_CASE("nothing is created where somebody else's migration of any resource runs",
          "[storage_migration]") {
  World world;
  world.existing(documents::migration("theirs", "apps", "deployments", ""));
  const MigrationReport report = world.run(
      {kube::secrets_resource(), {.group = "apps", .version = "v1", .plural = "deployments"}});
  REQUIRE(report.stopped);
  CHECK(contains(report.stopped->message, "\"theirs\" of deployments.apps"));
  CHECK(report.outcomes.empty());
  CHECK(world.transport.requests().size() == 3);
}

TEST_CASE("a migration whose creation was not answered is not created twice",
          "[storage_migration]") {
  const std::string mine = R"(,"labels":{"app.kubernetes.io/managed-by":"kubectl-encrypt"},)"
                           R"("annotations":{"kubectl-encrypt/configuration":"sha256:a"})";
  World world;
  world.existing("");
  world.existing("");
  world.transport.reply(
      {.status = 0, .body = "", .headers = {}, .error = Error{ErrorKind::connection_lost, "lost"}});
  SECTION("it is there") {
    world.existing(documents::migration("kubectl-encrypt-y", "", "secrets", "", mine));
    world.ok(documents::migration("kubectl-encrypt-y", "", "secrets",
                                  documents::condition("Failed", "True", "no")));
    const MigrationReport report = world.run({kube::secrets_resource()});
    REQUIRE(report.outcomes.size() == 1);
    CHECK(report.outcomes[0].name == "kubectl-encrypt-y");
    CHECK(report.outcomes[0].state == MigrationState::failed);
    CHECK(report.outcomes[0].message == "no");
  }
  SECTION("it is not") {
    world.existing("");
    const MigrationReport report = world.run({kube::secrets_resource()});
    REQUIRE(report.stopped);
    CHECK(contains(report.stopped->message, "creating a StorageVersionMigration: lost"));
  }
}

}  // namespace
}  // namespace kencrypt::rewrite
