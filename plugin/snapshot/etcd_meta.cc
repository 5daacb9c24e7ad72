#include "snapshot/etcd_meta.h"

#include <algorithm>

#include "snapshot/little_endian.h"
#include "snapshot/revision_key.h"

namespace kencrypt::snapshot {
namespace {

constexpr std::size_t kMaxVersion = 64;  // it will be printed: "3.6.0" and perhaps a suffix

std::int64_t revision(std::string_view value) {
  const auto key = RevisionKey::parse(value);
  return key ? key->revision.main : 0;
}

std::uint64_t number(std::string_view value) {
  return value.size() == sizeof(std::uint64_t) ? load_be<std::uint64_t>(value, 0) : 0;
}

std::string version(std::string_view value) {
  const bool plain = std::ranges::all_of(value, [](char c) { return c > ' ' && c < 0x7f; });
  return value.size() <= kMaxVersion && plain ? std::string(value) : "";
}

}  // namespace

void EtcdMeta::take(std::string_view key, std::string_view value) {
  if (key == "scheduledCompactRev") scheduled_compact = revision(value);
  if (key == "finishedCompactRev") finished_compact = revision(value);
  if (key == "consistent_index") consistent_index = number(value);
  if (key == "term") term = number(value);
  if (key == "storageVersion") storage_version = version(value);
}

}  // namespace kencrypt::snapshot
