// The adapter around MigrationWatch: requests, pauses and Ctrl-C.
#include <algorithm>
#include <utility>

#include "control_plane/migration_check.h"
#include "control_plane/patience.h"
#include "control_plane/preflight.h"
#include "kube/request.h"
#include "rewrite/storage_migration.h"

namespace kencrypt::rewrite {
namespace {

using control_plane::Migration;

constexpr std::string_view kGroup = "storagemigration.k8s.io";
constexpr std::string_view kVersion = "v1";
// How long a pause may be without a look at Ctrl-C.
constexpr Duration kTurn = std::chrono::milliseconds(100);

kube::Resource migrations() { return control_plane::migrations_resource(kGroup, kVersion); }

http::Request create_request(std::string_view body) {
  http::Request request =
      kube::raw_request(kube::resource_path(migrations(), "", "") + "?fieldManager=kubectl-encrypt",
                        "application/json");
  request.method = http::Method::post;
  request.headers.push_back({"Content-Type", "application/json"});
  request.body = body;
  return request;
}

class MigrationRun {
 public:
  MigrationRun(const MigrationOptions& options, const control_plane::Surroundings& around,
               Interrupts& interrupts,
               const std::function<void(const MigrationOutcome&)>& on_change)
      : options_(options), around_(around), interrupts_(interrupts), on_change_(on_change) {}

  MigrationReport run() {
    const TimePoint started = now();
    if (const auto outcome = run_all(); !outcome) report_.stopped = outcome.error();
    report_.duration = now() - started;
    return std::move(report_);
  }

 private:
  TimePoint now() const { return around_.clock.now(); }

  Result<void> run_all() {
    // Before anything is begun: whether something is in the way of any of them.
    TRY_ASSIGN(const auto existing, control_plane::read_migrations(around_));
    for (const kube::Resource& resource : options_.resources)
      if (const Migration* running = control_plane::unfinished_of(existing, resource))
        TRY(may_follow(*running, options_.configuration));
    for (const kube::Resource& resource : options_.resources) {
      TRY_ASSIGN(const std::string name, find_or_create(resource));
      TRY(follow(resource, name));
      if (report_.interrupted) return {};
    }
    return {};
  }

  Result<std::string> find_or_create(const kube::Resource& resource) {
    TRY_ASSIGN(const auto existing, control_plane::read_migrations(around_));
    if (const Migration* running = control_plane::unfinished_of(existing, resource)) {
      TRY(may_follow(*running, options_.configuration));
      return running->name;
    }
    auto created = create(resource);
    if (created) return created->name;
    if (!http::is_transient(created.error().kind)) return std::unexpected(created.error());
    return find_created(resource, created.error());
  }

  Result<Migration> create(const kube::Resource& resource) {
    const std::string body = migration_body(resource, options_.configuration);
    TRY_ASSIGN(const http::Response response,
               control_plane::small_document(around_, create_request(body)));
    return control_plane::parse_migration(response.body.view());
  }

  // The reply was lost: the migration may be there all the same, and must not be made twice.
  Result<std::string> find_created(const kube::Resource& resource, const Error& lost) {
    TRY_ASSIGN(const auto existing, control_plane::read_migrations(around_));
    const Migration* made = control_plane::unfinished_of(existing, resource);
    if (made == nullptr) return wrap(lost, "creating a StorageVersionMigration");
    TRY(may_follow(*made, options_.configuration));
    return made->name;
  }

  Result<void> follow(const kube::Resource& resource, const std::string& name) {
    MigrationWatch watch(resource, name, options_.max_outage, now());
    on_change_(watch.outcome(now()));
    while (!watch.finished() && !watch.given_up() && !report_.interrupted) {
      look(watch);
      if (!watch.finished() && !watch.given_up()) pause(watch.pause());
    }
    report_.outcomes.push_back(watch.outcome(now()));
    if (watch.given_up()) return std::unexpected(*watch.given_up());
    return {};
  }

  void look(MigrationWatch& watch) {
    const auto found = get(watch.outcome(now()).name);
    bool changed = found.has_value() && watch.on_object(*found, now());
    if (!found) {
      watch.on_error(found.error(), now());
      changed = watch.finished();
    }
    if (changed) on_change_(watch.outcome(now()));
  }

  Result<Migration> get(const std::string& name) {
    TRY_ASSIGN(const http::Response response,
               control_plane::small_document(
                   around_, kube::get_request(migrations(), {"", name}, kube::View::whole)));
    return control_plane::parse_migration(response.body.view());
  }

  void pause(Duration duration) {
    const TimePoint until = now() + duration;
    while (now() < until) {
      report_.interrupted = report_.interrupted || interrupts_.poll() > 0;
      if (report_.interrupted) return;
      around_.transport.run_once(std::min(until, now() + kTurn));
    }
  }

  const MigrationOptions& options_;
  const control_plane::Surroundings& around_;
  Interrupts& interrupts_;
  const std::function<void(const MigrationOutcome&)>& on_change_;
  MigrationReport report_;
};

}  // namespace

MigrationReport migrate_all(const MigrationOptions& options,
                            const control_plane::Surroundings& around, Interrupts& interrupts,
                            const std::function<void(const MigrationOutcome&)>& on_change) {
  return MigrationRun(options, around, interrupts, on_change).run();
}

Result<bool> serves_migrations(const control_plane::Surroundings& around) {
  TRY_ASSIGN(const auto versions, control_plane::served_versions(around, kGroup));
  return std::find(versions.begin(), versions.end(), kVersion) != versions.end();
}

}  // namespace kencrypt::rewrite
