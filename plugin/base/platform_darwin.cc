#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/platform.h"

// <sys/ptrace.h> of macOS, which the cross compiler does not have.
extern "C" int ptrace(int request, pid_t process, caddr_t address, int data);

namespace kencrypt::platform {
namespace {

constexpr int kDenyAttach = 31;  // PT_DENY_ATTACH

bool close_on_exec(int fd) noexcept { return ::fcntl(fd, F_SETFD, FD_CLOEXEC) == 0; }

}  // namespace

// Not at once as on Linux, but with one thread nobody starts a child in between.
bool open_pipe(std::array<int, 2>& ends) noexcept {
  return ::pipe(ends.data()) == 0 && close_on_exec(ends[0]) && close_on_exec(ends[1]);
}

void keep_descriptors_from_children() noexcept {
  // The lowest free number is always given, and nothing here has so many open.
  constexpr int kEnd = 1024;
  for (int fd = 3; fd < kEnd; ++fd) (void)close_on_exec(fd);
}

void forbid_attaching() noexcept { (void)::ptrace(kDenyAttach, 0, nullptr, 0); }

timespec modified(const struct stat& info) noexcept { return info.st_mtimespec; }

}  // namespace kencrypt::platform
