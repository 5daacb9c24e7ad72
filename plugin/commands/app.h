// From arguments to an exit code: finds the command, parses its flags, runs it, prints its error.
#pragma once

#include "commands/environment.h"

namespace kencrypt::commands {

int run(Environment& environment);

}  // namespace kencrypt::commands
