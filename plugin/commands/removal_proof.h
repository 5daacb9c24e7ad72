// What `config remove-key` asks of `status --safe-to-remove` before it takes a key out of a file.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/flag.h"
#include "cli/parsed_flags.h"
#include "commands/environment.h"

namespace kencrypt::commands {

// The flags of status by which it looks at what is stored now.
cli::FlagTable proof_flags();

// Those, and those by which it looks at files.
cli::FlagTable where_to_look_flags();

// --force, and those.
cli::FlagTable removal_proof_flags();

// Runs status, which prints its verdict and the reasons, with `more` words if there are any. Its exit code: kDone if the key
// may go. Errors: those of status.
Result<int> prove_removal(const std::string& key, const std::string& file, const cli::ParsedFlags& flags,
                          Environment& environment, const std::vector<std::string>& more = {});

// For --force: what is lost if anything still needs the key.
void warn_of_removal(const std::string& key, Environment& environment);

}  // namespace kencrypt::commands
