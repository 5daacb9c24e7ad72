// `status` through the API alone: the census, made into what is printed.
#pragma once

#include "base/result.h"
#include "cli/parsed_flags.h"
#include "commands/environment.h"
#include "commands/status_options.h"
#include "commands/status_output.h"

namespace kencrypt::commands {

// Opens the session itself and closes it with the exit code that the findings ask for. Prints
// warnings and progress. Errors: usage, for words that status does not take; those of the session
// and of listing.
Result<int> run_census_door(const StatusOptions& options, const cli::ParsedFlags& flags,
                            Environment& environment);

}  // namespace kencrypt::commands
