// `config show FILE`: what an EncryptionConfiguration says, with fingerprints for its keys.
#pragma once

#include "base/result.h"
#include "cli/parsed_flags.h"
#include "commands/environment.h"

namespace kencrypt::commands {

// Its word is FILE. Errors: usage, io, too_large; config, for a file that an API server would refuse.
Result<int> run_config_show(const cli::ParsedFlags& flags, Environment& environment);

}  // namespace kencrypt::commands
