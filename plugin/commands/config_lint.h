// `config lint FILE`: whether an API server takes an EncryptionConfiguration, and what is unwise in it.
#pragma once

#include "base/result.h"
#include "cli/flag.h"
#include "cli/parsed_flags.h"
#include "commands/environment.h"

namespace kencrypt::commands {

cli::FlagTable config_lint_flags();

// --max-key-age: days. Errors: usage.
Result<int> parse_max_key_age(const cli::ParsedFlags& flags);

// Its word is FILE, which may be "-", which is standard input. Exit code: 0, or kFindings for what --fail-on names. Errors: usage, io,
// too_large.
Result<int> run_config_lint(const cli::ParsedFlags& flags, Environment& environment);

}  // namespace kencrypt::commands
