#include "base/file_access.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/file_attributes.h"

namespace kencrypt {
namespace {

constexpr mode_t kModeBits = 07777;

}  // namespace

// The mode last: a new owner takes bits of it away.
bool copy_access(int from, int to) {
  struct stat former {};
  if (::fstat(from, &former) != 0) return false;
  if (!S_ISREG(former.st_mode)) {
    errno = EINVAL;
    return false;
  }
  return ::fchown(to, former.st_uid, former.st_gid) == 0 && copy_attributes(from, to) &&
         ::fchmod(to, former.st_mode & kModeBits) == 0;
}

}  // namespace kencrypt
