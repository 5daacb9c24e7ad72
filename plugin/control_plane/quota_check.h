// Would what a run writes fit into etcd? Pure, and an estimate throughout.
//
// etcd refuses all writes of the cluster once its database file would exceed its quota
// (--quota-backend-bytes, 2 GiB by default; server/storage/quota.go). Every rewritten object is
// another revision in it until the next compaction. The API says how large the file is, but not
// what the quota is.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "control_plane/finding.h"
#include "control_plane/server_page.h"
#include "control_plane/subject.h"

namespace kencrypt::control_plane {

// etcd's own default.
inline constexpr std::uint64_t kDefaultQuota = std::uint64_t{2} << 30;

// The most that the database is likely to grow by, in bytes. nullopt where the number of objects is
// not known. Without an estimate of sizes by the server (before 1.34), kAssumedObject each.
std::optional<std::uint64_t> estimated_growth(const Subject& subject, const ServerPage& page);
inline constexpr std::uint64_t kAssumedObject = 1024;

// `quota`: what the user says it is, or nullopt for etcd's default. A database that exceeds the
// default shows that the default is not its quota: then nothing is known.
Finding check_quota(std::span<const Subject> subjects, const ServerPage& page,
                    std::optional<std::uint64_t> quota);

}  // namespace kencrypt::control_plane
