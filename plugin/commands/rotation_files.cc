#include "commands/rotation_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/errno_text.h"
#include "base/replace_file.h"
#include "base/text.h"

namespace kencrypt::commands {
namespace {

namespace fs = std::filesystem;

// A process ID and a line break.
constexpr std::size_t kMaxHolder = 32;

std::unexpected<Error> io_error(const fs::path& path, int number) {
  return fail(ErrorKind::io, fmt::format("{}: {}", path.string(), errno_text(number)));
}

fs::path lock_path(const fs::path& file) { return file.string() + ".rotation.lock"; }

// Whether the name still leads to this file: whoever had the lock may have removed it meanwhile.
bool is_there(const fs::path& path, int fd) {
  struct stat named {};
  struct stat opened {};
  return ::stat(path.c_str(), &named) == 0 && ::fstat(fd, &opened) == 0 && named.st_ino == opened.st_ino &&
         named.st_dev == opened.st_dev;
}

std::string written_in(const fs::path& path) {
  const auto text = read_file(path, kMaxHolder);
  return text ? std::string(trim(text->view())) : std::string();
}

// Holders write their number a moment after they have the lock.
std::string holder_text(const fs::path& path) {
  const std::string id = written_in(path);
  return id.empty() ? std::string("another process") : "process " + id;
}

}  // namespace

Result<RotationLock> RotationLock::take(const fs::path& file) {
  const fs::path path = lock_path(file);
  for (;;) {
    UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
    if (!fd.valid()) return io_error(path, errno);
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) return io_error(path, errno);
      return fail(ErrorKind::conflict,
                  fmt::format("{} is being worked on by {}: wait until that has ended", file.string(), holder_text(path)));
    }
    if (!is_there(path, fd.get())) continue;
    const std::string id = fmt::format("{}\n", ::getpid());
    if (::ftruncate(fd.get(), 0) != 0 || ::write(fd.get(), id.data(), id.size()) != static_cast<ssize_t>(id.size()))
      return io_error(path, errno);
    return RotationLock(path, std::move(fd));
  }
}

Result<std::optional<std::string>> RotationLock::holder(const fs::path& file) {
  const fs::path path = lock_path(file);
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd.valid() && errno == ENOENT) return std::optional<std::string>();
  if (!fd.valid()) return io_error(path, errno);
  if (::flock(fd.get(), LOCK_SH | LOCK_NB) == 0) return std::optional<std::string>();
  return std::optional(holder_text(path));
}

RotationLock::~RotationLock() {
  if (fd_.valid()) ::unlink(path_.c_str());
}

Result<fs::path> real_path(const std::string& path) {
  std::error_code error;
  fs::path real = fs::weakly_canonical(fs::absolute(path, error), error);
  if (error) return io_error(path, error.value());
  return real;
}

fs::path journal_path(const fs::path& file) { return file.string() + ".rotation"; }

Result<std::optional<rotation::Journal>> read_rotation_journal(const fs::path& file) {
  const fs::path path = journal_path(file);
  std::error_code error;
  if (!fs::exists(fs::symlink_status(path, error))) return std::optional<rotation::Journal>();
  TRY_ASSIGN(const SecretBytes text, read_file(path, rotation::kMaxJournal));
  auto journal = rotation::parse_journal(text.view());
  if (!journal) return wrap(std::move(journal).error(), path.string());
  return std::optional(*std::move(journal));
}

Result<void> write_rotation_journal(const fs::path& file, const rotation::Journal& journal) {
  return replace_file(journal_path(file), rotation::write_journal(journal), Sync::yes);
}

Result<void> remove_rotation_journal(const fs::path& file) {
  const fs::path path = journal_path(file);
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return io_error(path, errno);
  return {};
}

}  // namespace kencrypt::commands
