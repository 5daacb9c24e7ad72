#include "snapshot/byte_source.h"

#include <fmt/format.h>

namespace kencrypt::snapshot {

Result<std::string_view> MemorySource::read(std::uint64_t offset, std::size_t count) {
  TRY(check_range(*this, offset, count));
  return bytes_.substr(static_cast<std::size_t>(offset), count);
}

Result<void> check_range(const ByteSource& source, std::uint64_t offset, std::size_t count) {
  if (offset > source.size() || count > source.size() - offset)
    return fail(ErrorKind::config,
                fmt::format("{} bytes at offset {} reach beyond the end of the file at {}", count,
                            offset, source.size()));
  if (count > kMaxRead)
    return fail(ErrorKind::too_large,
                fmt::format("{} bytes at offset {} belong together, more than the {} "
                            "that are read at once",
                            count, offset, kMaxRead));
  return {};
}

}  // namespace kencrypt::snapshot
