#include "base/random.h"

#include <fmt/format.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace kencrypt {

Result<SecretBytes> random_bytes(std::size_t count) {
  constexpr std::size_t kMost = 256;  // getentropy gives no more at a time
  SecretBytes bytes;
  std::span<char> left = bytes.resize(count);
  while (!left.empty()) {
    const std::size_t size = std::min(left.size(), kMost);
    if (::getentropy(left.data(), size) != 0)
      return fail(ErrorKind::io, fmt::format("the system's random generator: {}", std::strerror(errno)));
    left = left.subspan(size);
  }
  return bytes;
}

}  // namespace kencrypt
