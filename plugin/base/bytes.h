// Amounts of bytes as people write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kencrypt {

// "8589934592", "8Gi", "512Mi", "1.5GiB", "2G", "2GB", "64k": a number with a suffix of 1024 (Ki,
// Mi, Gi, Ti, also with B) or of 1000 (k, K, M, G, T, also with B), as Kubernetes quantities.
// Negative, malformed or beyond 2^53: nullopt.
std::optional<std::uint64_t> parse_bytes(std::string_view text);

// "312 B", "1.5 KiB", "2.0 GiB": one decimal, powers of 1024.
std::string format_bytes(std::uint64_t bytes);

}  // namespace kencrypt
