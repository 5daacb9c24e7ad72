// CRC-32C (Castagnoli), with which etcd guards its write-ahead log.
#pragma once

#include <cstdint>
#include <string_view>

namespace kencrypt::snapshot {

// The checksum of what `crc` is the checksum of (0: nothing) followed by `bytes`: Go's
// crc32.Update with the Castagnoli table.
std::uint32_t crc32c(std::uint32_t crc, std::string_view bytes);

}  // namespace kencrypt::snapshot
