// `status` through etcd itself or through its files: what they hold, made into what is printed.
#pragma once

#include "base/result.h"
#include "cli/parsed_flags.h"
#include "commands/environment.h"
#include "commands/status_options.h"
#include "commands/storage_options.h"

namespace kencrypt::commands {

// Asks the API servers only if the question is whether a key may go. Returns the exit code. Errors: those of the
// readers.
Result<int> run_storage_door(const StatusOptions& options, const StorageOptions& storage, const cli::ParsedFlags& flags,
                             Environment& environment);

}  // namespace kencrypt::commands
