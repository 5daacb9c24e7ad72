#include "base/random.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <cerrno>
#include <cstring>

namespace kencrypt {

Result<SecretBytes> random_bytes(std::size_t count) {
  SecretBytes bytes;
  std::span<char> left = bytes.resize(count);
  while (!left.empty()) {
    const ssize_t got = ::getrandom(left.data(), left.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return fail(ErrorKind::io, fmt::format("the system's random generator: {}", std::strerror(errno)));
    left = left.subspan(static_cast<std::size_t>(got));
  }
  return bytes;
}

}  // namespace kencrypt
