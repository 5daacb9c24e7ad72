#include "snapshot/revision_key.h"

#include "snapshot/little_endian.h"

namespace kencrypt::snapshot {
namespace {

constexpr std::size_t kSize = 8 + 1 + 8;
constexpr std::size_t kMarkedSize = kSize + 1;

}  // namespace

std::optional<RevisionKey> RevisionKey::parse(std::string_view bytes) {
  if (bytes.size() != kSize && bytes.size() != kMarkedSize) return std::nullopt;
  if (bytes[8] != '_') return std::nullopt;
  const bool tombstone = bytes.size() == kMarkedSize;
  if (tombstone && bytes[kSize] != 't') return std::nullopt;
  const Revision revision{.main = static_cast<std::int64_t>(load_be<std::uint64_t>(bytes, 0)),
                          .sub = static_cast<std::int64_t>(load_be<std::uint64_t>(bytes, 9))};
  if (revision.main < 0 || revision.sub < 0) return std::nullopt;
  return RevisionKey{.revision = revision, .tombstone = tombstone};
}

}  // namespace kencrypt::snapshot
