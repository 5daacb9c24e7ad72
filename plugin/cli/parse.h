// From a command line to typed values.
#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "cli/flag.h"
#include "cli/parsed_flags.h"

namespace kencrypt::cli {

// Reads `arguments` (without the program's and the command's name) by pflag's rules. Flags and
// positional arguments may be mixed; the last value of a flag wins. Errors: usage, for the first
// word that is wrong, in pflag's words ("unknown flag: --foo"). kubectl prints such an error with a
// second line, "See 'kubectl encrypt status --help' for usage."; the caller adds it.
Result<ParsedFlags> parse_flags(std::span<const Flag> flags,
                                std::span<const std::string> arguments);

}  // namespace kencrypt::cli
