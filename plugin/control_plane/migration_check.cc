#include "control_plane/migration_check.h"

#include <fmt/format.h>

#include <algorithm>

namespace kencrypt::control_plane {

const Migration* unfinished_of(std::span<const Migration> migrations,
                               const kube::Resource& resource) {
  const auto found =
      std::find_if(migrations.begin(), migrations.end(), [&](const Migration& migration) {
        return migration.resource == resource.group_resource() && !migration.finished();
      });
  return found == migrations.end() ? nullptr : &*found;
}

Finding check_migrations(std::span<const Migration> migrations, std::span<const Subject> subjects) {
  for (const Subject& subject : subjects) {
    const Migration* running = unfinished_of(migrations, subject.resource);
    if (running == nullptr) continue;
    return Refused{
        fmt::format("StorageVersionMigration \"{}\" of {} has not finished, and two at once get in "
                    "each other's way: wait until it has (kubectl get storageversionmigrations {} "
                    "-o yaml) or delete it, or go on with --skip-checks=migration",
                    running->name, running->resource, running->name)};
  }
  return Passed{};
}

}  // namespace kencrypt::control_plane
