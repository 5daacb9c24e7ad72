#include "base/replace_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/file.h"

namespace kencrypt {
namespace {

constexpr mode_t kOwnerOnly = S_IRUSR | S_IWUSR;
constexpr mode_t kProgram = S_IRWXU | S_IRGRP | S_IXGRP | S_IROTH | S_IXOTH;

std::unexpected<Error> io_error(const std::filesystem::path& path) {
  return fail(ErrorKind::io, fmt::format("write {}: {}", path.string(), std::strerror(errno)));
}

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t n = ::write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

// A rename is on the disk when its directory is.
bool sync_directory(const std::filesystem::path& path) {
  const auto parent = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const UniqueFd fd(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return fd.valid() && ::fsync(fd.get()) == 0;
}

}  // namespace

Result<void> replace_file(const std::filesystem::path& path, std::string_view content, Sync sync,
                          Access access, std::optional<FileOwner> owner) {
  const std::filesystem::path fresh = path.string() + ".tmp";
  {
    const UniqueFd fd(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, kOwnerOnly));
    if (!fd.valid() || ::fchmod(fd.get(), access == Access::program ? kProgram : kOwnerOnly) != 0 ||
        (owner && ::fchown(fd.get(), owner->user, owner->group) != 0) || !write_all(fd.get(), content))
      return io_error(path);
    if (sync == Sync::yes && ::fsync(fd.get()) != 0) return io_error(path);
  }
  if (std::rename(fresh.c_str(), path.c_str()) != 0) return io_error(path);
  if (sync == Sync::yes && !sync_directory(path)) return io_error(path);
  return {};
}

}  // namespace kencrypt
