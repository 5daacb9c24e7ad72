#include "base/hygiene.h"

#include <sys/resource.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

namespace kencrypt {

void forbid_core_dumps() noexcept {
  const rlimit none{0, 0};
  (void)setrlimit(RLIMIT_CORE, &none);
#ifdef __linux__
  // Covers a core_pattern that pipes to a program, which ignores the limit.
  (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

}  // namespace kencrypt
