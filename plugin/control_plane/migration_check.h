// Is a StorageVersionMigration at work on what is about to be written? Pure.
#pragma once

#include <span>

#include "control_plane/finding.h"
#include "control_plane/migration.h"
#include "control_plane/subject.h"

namespace kencrypt::control_plane {

// The first of `migrations` on `resource` that has neither succeeded nor failed, or nullptr.
const Migration* unfinished_of(std::span<const Migration> migrations,
                               const kube::Resource& resource);

Finding check_migrations(std::span<const Migration> migrations, std::span<const Subject> subjects);

}  // namespace kencrypt::control_plane
