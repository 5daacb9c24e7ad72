// Which streams may have colours, and warnings in theirs.
#pragma once

#include <string_view>

#include "base/result.h"
#include "cli/parsed_flags.h"
#include "commands/environment.h"

namespace kencrypt::commands {

// By --color, and where that leaves it open by terminal, TERM and NO_COLOR, for each stream.
// Errors: usage.
Result<Colours> choose_colours(const cli::ParsedFlags& flags, const Environment& environment);

// Prints "Warning: SENTENCE" on standard error, as kubectl does.
void warn(Environment& environment, std::string_view sentence);

}  // namespace kencrypt::commands
