// What `wait` has to say in the end.
#pragma once

#include <iosfwd>
#include <string>

#include "base/clock.h"
#include "commands/convergence.h"
#include "commands/output_choice.h"

namespace kencrypt::commands {

struct WaitReport {
  std::string file;           // its path, as given
  std::string configuration;  // sha256_label of its bytes
  Convergence convergence{};  // of the last look
  Duration waited{};
};

// As one line, or as a document; custom columns have a line for each API server. Errors: usage.
Result<void> print_wait(std::ostream& out, const WaitReport& report, const OutputChoice& choice);

}  // namespace kencrypt::commands
