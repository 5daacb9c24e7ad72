// Running one command as a part of another.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/flag.h"
#include "cli/parsed_flags.h"
#include "commands/command.h"
#include "commands/environment.h"

namespace kencrypt::commands {

// Runs `command` with `words`, with those of `passed` that the user has given in `flags`, and with the global ones, as if
// all of them stood on its command line. Returns its exit code. Errors: its own; usage, for words it does not take.
Result<int> run_with(const Command& command, std::vector<std::string> words, const cli::FlagTable& passed,
                     const cli::ParsedFlags& flags, Environment& environment);

}  // namespace kencrypt::commands
