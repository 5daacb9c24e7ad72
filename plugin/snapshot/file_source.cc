#include "snapshot/file_source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/errno_text.h"

#include "base/platform.h"

namespace kencrypt::snapshot {
namespace {

// What is read ahead after a jump, doubled with every read that follows the one before: someone who
// jumps to and fro then reads at most a few times what is needed.
constexpr std::size_t kMinWindow = 4096;

}  // namespace

Result<FileSource> FileSource::open(const std::filesystem::path& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.valid())
    return fail(ErrorKind::io, fmt::format("open {}: {}", path.string(), errno_text(errno)));
  auto state = state_of(fd.get());
  if (!state) return wrap(std::move(state).error(), "open " + path.string());
  return FileSource(std::move(fd), *state);
}

Result<FileSource::State> FileSource::state_of(int fd) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) return fail(ErrorKind::io, errno_text(errno));
  if (!S_ISREG(info.st_mode)) return fail(ErrorKind::io, "is not a regular file");
  const timespec modified = platform::modified(info);
  return State{static_cast<std::uint64_t>(info.st_size), modified.tv_sec, modified.tv_nsec};
}

Result<std::string_view> FileSource::read(std::uint64_t offset, std::size_t count) {
  const bool inside =
      offset >= start_ && offset - start_ <= filled_ && count <= filled_ - (offset - start_);
  if (!inside) {
    TRY(check_range(*this, offset, count));
    TRY(fill(offset, choose_window(offset, count)));
  }
  return std::string_view(buffer_.data() + (offset - start_), count);
}

std::size_t FileSource::choose_window(std::uint64_t offset, std::size_t count) {
  const bool follows = filled_ > 0 && offset >= start_ && offset - start_ <= filled_ + kMinWindow;
  window_ = follows ? std::min(std::max(window_, kMinWindow) * 2, kMaxWindow) : 0;
  return static_cast<std::size_t>(
      std::min<std::uint64_t>(std::max(window_, count), size() - offset));
}

Result<void> FileSource::fill(std::uint64_t offset, std::size_t count) {
  if (buffer_.size() < count) buffer_.resize(count);
  start_ = offset;
  filled_ = 0;
  while (filled_ < count) {
    const ssize_t n = ::pread(fd_.get(), buffer_.data() + filled_, count - filled_,
                              static_cast<off_t>(offset + filled_));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0)
      return fail(ErrorKind::io,
                  fmt::format("at offset {}: {}", offset + filled_, errno_text(errno)));
    if (n == 0)
      return fail(
          ErrorKind::io,
          "the file has become shorter while it was read; read a copy that nobody writes to");
    filled_ += static_cast<std::size_t>(n);
  }
  return {};
}

Result<void> FileSource::unchanged() const {
  TRY_ASSIGN(const State now, state_of(fd_.get()));
  if (now == state_) return {};
  return fail(ErrorKind::io,
              "the file was written to while it was read, so that what was found may not fit "
              "together; read a "
              "copy, or a snapshot made with 'etcdctl snapshot save'");
}

}  // namespace kencrypt::snapshot
