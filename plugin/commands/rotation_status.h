// `rotate status` and `rotate abort`: where a change of keys stands, and taking back one that has done nothing yet.
#pragma once

#include "base/result.h"
#include "cli/flag.h"
#include "cli/parsed_flags.h"
#include "commands/environment.h"

namespace kencrypt::commands {

cli::FlagTable rotation_status_flags();

// Changes nothing. API servers that cannot be asked are no error: it says why. Errors: usage, io, config.
Result<int> run_rotation_status(const cli::ParsedFlags& flags, Environment& environment);

// Takes the new key out again where it cannot have written yet, and forgets the journal; one whose file was changed by
// somebody else is only forgotten. Errors: conflict, if another run works on the file, or the new key may have written.
Result<int> run_rotation_abort(const cli::ParsedFlags& flags, Environment& environment);

}  // namespace kencrypt::commands
