// `config init`, `add-key`, `promote` and `remove-key`: changes to an EncryptionConfiguration on the disk.
#pragma once

#include "base/result.h"
#include "cli/flag.h"
#include "cli/parsed_flags.h"
#include "commands/environment.h"

namespace kencrypt::commands {

cli::FlagTable config_init_flags();
cli::FlagTable config_add_key_flags();

// The operands are FILE, for the last two KEY FILE. Errors: usage, io, config.
Result<int> run_config_init(const cli::ParsedFlags& flags, Environment& environment);
Result<int> run_config_add_key(const cli::ParsedFlags& flags, Environment& environment);
Result<int> run_config_promote(const cli::ParsedFlags& flags, Environment& environment);
// Exit code kFindings, and the file as it was, where `status --safe-to-remove` does not say yes.
Result<int> run_config_remove_key(const cli::ParsedFlags& flags, Environment& environment);

}  // namespace kencrypt::commands
