#include "base/log.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <ostream>

namespace kencrypt {

void Logger::write(int level, std::string_view text) const {
  if (!enabled(level)) return;
  const auto wall = clock_->wall();
  const auto micros =
      std::chrono::duration_cast<std::chrono::microseconds>(wall.time_since_epoch()).count() % 1000000;
  const auto local = fmt::localtime(std::chrono::system_clock::to_time_t(wall));
  *out_ << fmt::format("I{:%m%d %H:%M:%S}.{:06d} {:7d} kubectl-encrypt] {}\n", local, micros,
                       ::getpid(), text);
}

}  // namespace kencrypt
