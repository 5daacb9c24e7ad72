// The -v ladder of kubectl: 6 shows each request's URL, status and time, 7 its headers, 8 and 9 would
// show bodies in kubectl; here they never do, since bodies are Secrets.
#pragma once

#include <iosfwd>
#include <string_view>

#include "base/clock.h"

namespace kencrypt {

class Logger {
 public:
  // `out` (standard error) and `clock` must outlive the logger. `verbosity` as given with -v.
  Logger(std::ostream& out, const Clock& clock, int verbosity)
      : out_(&out), clock_(&clock), verbosity_(verbosity) {}

  bool enabled(int level) const { return level <= verbosity_; }
  // Writes one line in klog's form if `level` is enabled. `text` must hold no secret.
  void write(int level, std::string_view text) const;

 private:
  std::ostream* out_;
  const Clock* clock_;
  int verbosity_;
};

}  // namespace kencrypt
