// What `wait` says at its end.
#pragma once

#include <iosfwd>

#include "commands/convergence_wait.h"
#include "commands/output_choice.h"
#include "output/value.h"

namespace kencrypt::commands {

// One API server, as documents have it.
output::Value server_document(const ServerStanding& server);

// As one line, or as a document; custom columns have a line for each API server. Errors: usage.
Result<void> print_wait(std::ostream& out, const WaitReport& report, const OutputChoice& choice);

}  // namespace kencrypt::commands
