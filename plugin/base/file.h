// Reading local files, bounded.
#pragma once

#include <cstddef>
#include <filesystem>
#include <unistd.h>
#include <utility>

#include "base/result.h"
#include "base/secret.h"

namespace kencrypt {

// A file descriptor with one owner.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { reset(); }
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  void reset() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_ = -1;
};

// The whole of the file at `path`, at most `limit` bytes. Follows symbolic links (a projected
// service-account token is one). Errors: io (missing, unreadable, a directory), too_large; both name
// the path and the system's reason.
Result<SecretBytes> read_file(const std::filesystem::path& path, std::size_t limit);

}  // namespace kencrypt
