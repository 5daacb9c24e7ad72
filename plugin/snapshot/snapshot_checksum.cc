#include "snapshot/snapshot_checksum.h"

#include <algorithm>

#include "base/sha256.h"

namespace kencrypt::snapshot {
namespace {

constexpr std::uint64_t kSector = 512;
constexpr std::uint64_t kPiece = std::uint64_t{256}
                                 << 10;  // what is digested at once: fits the cache

}  // namespace

DatabaseSize database_size(const ByteSource& source) {
  const bool checksum = source.size() % kSector == Sha256::kSize;
  return {.bytes = source.size() - (checksum ? Sha256::kSize : 0), .checksum = checksum};
}

Result<void> verify_checksum(ByteSource& source, const DatabaseSize& size) {
  if (!size.checksum) return {};
  const std::uint64_t end = size.bytes;
  Sha256 digest;
  for (std::uint64_t at = 0; at < end; at += kPiece) {
    const auto count = static_cast<std::size_t>(std::min(kPiece, end - at));
    TRY_ASSIGN(const std::string_view piece, source.read(at, count));
    digest.update(piece);
  }
  TRY_ASSIGN(const std::string_view expected, source.read(end, Sha256::kSize));
  const auto found = digest.finish();
  if (std::string_view(found.data(), found.size()) != expected)
    return fail(ErrorKind::config,
                "is damaged: its last 32 bytes should be the SHA-256 of all others, and are not; "
                "copy it again, "
                "or take another snapshot");
  return {};
}

}  // namespace kencrypt::snapshot
