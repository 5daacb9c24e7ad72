#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/platform.h"

namespace kencrypt::platform {

bool open_pipe(std::array<int, 2>& ends) noexcept { return ::pipe2(ends.data(), O_CLOEXEC) == 0; }

void keep_descriptors_from_children() noexcept {
#if defined(SYS_close_range)  // Linux 5.11; an old kernel without it is not worth a failure
  constexpr unsigned kFirst = 3;
  constexpr unsigned kCloseOnExec = 4;  // CLOSE_RANGE_CLOEXEC, linux/close_range.h
  (void)::syscall(SYS_close_range, kFirst, ~0U, kCloseOnExec);
#endif
}

void forbid_attaching() noexcept {
  // Covers a core_pattern that pipes to a program, which ignores the limit.
  (void)::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

timespec modified(const struct stat& info) noexcept { return info.st_mtim; }

}  // namespace kencrypt::platform
