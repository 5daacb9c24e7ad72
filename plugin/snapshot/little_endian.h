// Numbers as etcd's files hold them, which may be unaligned there.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace kencrypt::snapshot {

// The number of type T at `at` as amd64 and arm64 have it in memory: bbolt writes what is in
// memory. The caller has checked that it is within `bytes`.
template <class T>
T load_le(std::string_view bytes, std::size_t at) {
  T value = 0;
  std::memcpy(&value, bytes.data() + at, sizeof(T));
  return std::endian::native == std::endian::little ? value : std::byteswap(value);
}

// The same of a number in network order, as etcd writes revisions and its own facts.
template <class T>
T load_be(std::string_view bytes, std::size_t at) {
  return std::byteswap(load_le<T>(bytes, at));
}

}  // namespace kencrypt::snapshot
