// What `wait` has to say in the end.
#pragma once

#include <iosfwd>
#include <string>

#include "base/clock.h"
#include "commands/convergence.h"
#include "commands/wait_options.h"

namespace kencrypt::commands {

struct WaitReport {
  const WaitOptions& options;  // outlives it
  Convergence convergence{};  // of the last look
  Duration waited{};
};

// As one line, or as a document; custom columns have a line for each API server. Errors: usage.
Result<void> print_wait(std::ostream& out, const WaitReport& report);

// "key sha256:0123456789ab of KMS provider "vault"".
std::string display(const control_plane::PresentKey& key);

}  // namespace kencrypt::commands
