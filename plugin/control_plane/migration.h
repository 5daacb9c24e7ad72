// StorageVersionMigrations: objects by which a cluster is told to write all objects of a resource
// again.
//
// In the tree: storagemigration.k8s.io, v1alpha1 in 1.30 to 1.34, v1beta1 in 1.35 and 1.36, v1
// since 1.37 (k8s.io/api storagemigration/). Before that, and on OpenShift:
// migration.k8s.io/v1alpha1 (sigs.k8s.io/kube-storage-version-migrator).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"
#include "kube/resource.h"

namespace kencrypt::control_plane {

inline constexpr std::string_view kMigrationGroups[] = {"storagemigration.k8s.io",
                                                        "migration.k8s.io"};

struct Condition {
  std::string type;    // "Running", "Succeeded", "Failed"
  std::string status;  // "True", "False", "Unknown"
  std::string reason;
  std::string message;
};

struct Migration {
  std::string name;
  std::string resource;       // group-resource
  std::string managed_by;     // its label app.kubernetes.io/managed-by
  std::string configuration;  // its annotation kubectl-encrypt/configuration
  std::vector<Condition> conditions;

  // The condition if its status is True, else nullptr.
  const Condition* condition(std::string_view type) const;
  bool finished() const {
    return condition("Succeeded") != nullptr || condition("Failed") != nullptr;
  }
};

// A cluster keeps those that are done; more than some hundred are never made.
inline constexpr std::size_t kMaxMigrations = 10000;
inline constexpr std::size_t kMaxMigrationList = 64U << 20;  // bytes
// Messages are shown: longer ones are cut.
inline constexpr std::size_t kMaxConditionText = 500;

// "/apis/GROUP", whose reply names the versions that are served; 404 without any.
http::Request versions_request(std::string_view group);
// The preferred version first. Errors: protocol.
Result<std::vector<std::string>> parse_versions(std::string_view json);

kube::Resource migrations_resource(std::string_view group, std::string_view version);

// Errors: protocol; too_large.
Result<std::vector<Migration>> parse_migrations(std::string_view json);
Result<Migration> parse_migration(std::string_view json);

}  // namespace kencrypt::control_plane
