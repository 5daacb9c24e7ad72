// Doing what rotation/machine says, step after step: `enable`, `rotate` and `disable`, and taking back what was begun.
#pragma once

#include "base/result.h"
#include "cli/parsed_flags.h"
#include "commands/environment.h"
#include "commands/rotation_options.h"

namespace kencrypt::commands {

// Begins the operation, or goes on with the one that the journal beside the file tells of. Returns the exit code: kFindings
// where a proof or the servers' agreement cannot be had, kInterrupted. `flags` are those of rotation_flags(). Errors: those
// of the steps; conflict, if another run works on the file, or somebody else has changed it.
Result<int> run_rotation(const RotationOptions& options, const cli::ParsedFlags& flags, Environment& environment);

}  // namespace kencrypt::commands
