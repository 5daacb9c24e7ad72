#include "control_plane/quota_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"

namespace kencrypt::control_plane {
namespace {

// Of each revision, beside the value: etcd's key twice, a header and the record around them.
constexpr std::uint64_t kRecord = 200;
// bbolt's usual page. A small value may take twice its size, since pages are not filled; a large
// one is rounded up to whole pages. Measured with etcd 3.4 to 3.6.
constexpr std::uint64_t kPage = 4096;

std::uint64_t bytes_per_write(std::uint64_t value) {
  const std::uint64_t record = value + kRecord;
  return std::min(2 * record, record + kPage);
}

std::uint64_t mean_size(const Stored& stored) {
  if (!stored.objects || !stored.bytes || *stored.objects == 0 || *stored.bytes == 0)
    return kAssumedObject;
  return *stored.bytes / *stored.objects;
}

Refused no_room(std::uint64_t database, std::uint64_t growth, std::uint64_t limit, bool assumed) {
  return {fmt::format(
      "etcd would run out of room, by an estimate: its database has {}, this run adds up to "
      "{}, and its quota is {}{}. Compact and defragment etcd or raise its quota; say what "
      "the quota is with --etcd-quota, or go on with --skip-checks=quota",
      format_bytes(database), format_bytes(growth), format_bytes(limit),
      assumed ? " unless it was changed" : "")};
}

}  // namespace

std::optional<std::uint64_t> estimated_growth(const Subject& subject, const ServerPage& page) {
  const auto found = page.resources.find(subject.resource.group_resource());
  const Stored stored = found == page.resources.end() ? Stored() : found->second;
  const auto objects = subject.objects ? subject.objects : stored.objects;
  if (!objects) return std::nullopt;
  return *objects * bytes_per_write(mean_size(stored));
}

Finding check_quota(std::span<const Subject> subjects, const ServerPage& page,
                    std::optional<std::uint64_t> quota) {
  if (!page.database_bytes) return Unknown{"the server does not say how large etcd's database is"};
  const std::uint64_t database = *page.database_bytes;
  const std::uint64_t limit = quota.value_or(kDefaultQuota);
  if (!quota && database >= limit)
    return Unknown{
        fmt::format("its database has {}, more than etcd's default quota; say what the quota is "
                    "with --etcd-quota",
                    format_bytes(database))};
  std::uint64_t growth = 0;
  for (const Subject& subject : subjects) {
    const auto bytes = estimated_growth(subject, page);
    if (!bytes) return Unknown{"the number of objects is not known"};
    growth += *bytes;
  }
  if (database + growth <= limit) return Passed{};
  return no_room(database, growth, limit, !quota);
}

}  // namespace kencrypt::control_plane
