#include "base/file.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <string_view>

#include "base/errno_text.h"

namespace kencrypt {
namespace {

// `call` is what failed: of a directory open succeeds and read does not, and Go's words say which.
std::unexpected<Error> io_error(std::string_view call, const std::filesystem::path& path) {
  return fail(ErrorKind::io, fmt::format("{} {}: {}", call, path.string(), errno_text(errno)));
}

}  // namespace

Result<SecretBytes> read_file(const std::filesystem::path& path, std::size_t limit) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return io_error("open", path);
  SecretBytes content;
  std::array<char, 16384> buffer;
  for (;;) {
    const ssize_t n = ::read(fd.get(), buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return io_error("read", path);
    if (n == 0) break;
    content.append({buffer.data(), static_cast<std::size_t>(n)});
    if (content.size() > limit)
      return fail(ErrorKind::too_large,
                  fmt::format("{} is larger than {} bytes, the most that is read", path.string(), limit));
  }
  wipe(buffer.data(), buffer.size());
  return content;
}

}  // namespace kencrypt
