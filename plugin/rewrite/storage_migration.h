// The cluster's own engine: StorageVersionMigrations of storagemigration.k8s.io/v1 (1.37+), one
// resource after the other. The kube-controller-manager sends an empty patch for every object
// (k8s.io/kubernetes pkg/controller/storageversionmigrator); this creates the migration and follows
// it.
//
// What it says is the controller's word: it keeps no counts of what was written, so none are given
// here.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/interrupts.h"
#include "base/result.h"
#include "control_plane/migration.h"
#include "control_plane/survey.h"
#include "kube/resource.h"

namespace kencrypt::rewrite {

enum class MigrationState {
  waiting,  // created; no controller has taken it up
  running,
  succeeded,  // the controller says so
  failed,     // the controller says so, or somebody deleted it
};

std::string_view migration_state_name(MigrationState state);

struct MigrationOutcome {
  kube::Resource resource;
  std::string name;  // of the StorageVersionMigration
  MigrationState state = MigrationState::waiting;
  std::string message;  // the controller's, on one line; may be ""
  Duration duration{};
};

// Where a migration stands by its conditions. Pure.
MigrationOutcome standing_of(const control_plane::Migration& migration,
                             const kube::Resource& resource);

// The body that creates one, with the annotation by which a later run knows what it is for.
// `configuration`: the hash of the encryption configuration, or nullopt where it is not known.
std::string migration_body(const kube::Resource& resource,
                           const std::optional<std::string>& configuration);

// Whether `running`, an unfinished migration of the wanted resource, may be followed in place of a
// new one: an earlier run of this program made it, under the same configuration. Errors: conflict.
Result<void> may_follow(const control_plane::Migration& running,
                        const std::optional<std::string>& configuration);

// Follows one migration; decides, and leaves sending and waiting to others.
class MigrationWatch {
 public:
  // `patience`: how long the server may be away, or no controller take the migration up.
  MigrationWatch(kube::Resource resource, std::string name, Duration patience, TimePoint now);

  // What a GET of the migration gave. Whether anything is different from before.
  bool on_object(const control_plane::Migration& migration, TimePoint now);
  void on_error(const Error& error, TimePoint now);

  bool finished() const;
  // Why it is no longer followed although it is not finished.
  const std::optional<Error>& given_up() const { return given_up_; }
  Duration pause() const { return pause_; }  // until the next GET
  MigrationOutcome outcome(TimePoint now) const;

 private:
  MigrationOutcome now_;
  Duration patience_;
  TimePoint started_;
  TimePoint last_answer_;
  Duration pause_;
  std::optional<Error> given_up_;
};

struct MigrationOptions {
  std::vector<kube::Resource> resources;
  std::optional<std::string> configuration;
  Duration max_outage = std::chrono::minutes(2);
};

struct MigrationReport {
  std::vector<MigrationOutcome> outcomes;  // of those that were begun
  bool interrupted = false;                // the user stopped following; the cluster goes on
  std::optional<Error> stopped;
  Duration duration{};
};

// Creates and follows them all. `on_change` hears of every state and message. One that failed does
// not keep the next from being made.
MigrationReport migrate_all(const MigrationOptions& options,
                            const control_plane::Surroundings& around, Interrupts& interrupts,
                            const std::function<void(const MigrationOutcome&)>& on_change);

// Whether the server has this engine: storagemigration.k8s.io/v1. Errors: those of the request.
Result<bool> serves_migrations(const control_plane::Surroundings& around);

}  // namespace kencrypt::rewrite
