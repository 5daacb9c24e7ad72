#include "base/replace_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "base/errno_text.h"
#include "base/file.h"
#include "base/file_access.h"

namespace kencrypt {
namespace {

constexpr mode_t kOwnerOnly = S_IRUSR | S_IWUSR;
constexpr mode_t kReadable = S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH;
constexpr mode_t kProgram = S_IRWXU | S_IRGRP | S_IXGRP | S_IROTH | S_IXOTH;

std::unexpected<Error> io_error(const std::filesystem::path& path) {
  return fail(ErrorKind::io, fmt::format("write {}: {}", path.string(), errno_text(errno)));
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

// The file that becomes the new one; what is left of it is removed.
class FreshFile {
 public:
  FreshFile(const std::filesystem::path& path, Access access) {
    if (access != Access::as_before) {
      name_ = path.string() + ".tmp";
      fd_ = UniqueFd(::open(name_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, kOwnerOnly));
      return;
    }
    name_ = (path.parent_path() / ("." + path.filename().string() + ".XXXXXX")).string();
    fd_ = UniqueFd(::mkostemp(name_.data(), O_CLOEXEC));
  }
  FreshFile(const FreshFile&) = delete;
  FreshFile& operator=(const FreshFile&) = delete;
  ~FreshFile() {
    if (fd_.valid() && !renamed_) ::unlink(name_.c_str());
  }
  bool valid() const { return fd_.valid(); }
  int fd() const { return fd_.get(); }
  bool rename_to(const std::filesystem::path& path) {
    renamed_ = std::rename(name_.c_str(), path.c_str()) == 0;
    return renamed_;
  }

 private:
  std::string name_;
  UniqueFd fd_;
  bool renamed_ = false;
};

bool set_access(int fd, const std::filesystem::path& path, Access access) {
  switch (access) {
    case Access::owner: return ::fchmod(fd, kOwnerOnly) == 0;
    case Access::readable: return ::fchmod(fd, kReadable) == 0;
    case Access::program: return ::fchmod(fd, kProgram) == 0;
    case Access::as_before: break;
  }
  const UniqueFd former(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  return former.valid() && copy_access(former.get(), fd);
}

}  // namespace

Result<void> replace_file(const std::filesystem::path& path, std::string_view content, Sync sync,
                          Access access, std::optional<FileOwner> owner) {
  FreshFile fresh(path, access);
  if (!fresh.valid() || !set_access(fresh.fd(), path, access) ||
      (owner && ::fchown(fresh.fd(), owner->user, owner->group) != 0) || !write_all(fresh.fd(), content) ||
      (sync == Sync::yes && ::fsync(fresh.fd()) != 0) || !fresh.rename_to(path))
    return io_error(path);
  if (sync == Sync::yes && !sync_directory(path)) return io_error(path);
  return {};
}

}  // namespace kencrypt
