#include "base/hygiene.h"

#include <sys/resource.h>

#include "base/platform.h"

namespace kencrypt {

void forbid_core_dumps() noexcept {
  const rlimit none{0, 0};
  (void)setrlimit(RLIMIT_CORE, &none);
  platform::forbid_attaching();
}

}  // namespace kencrypt
