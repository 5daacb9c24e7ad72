// The flags that choose objects, for every command that lists some.
#pragma once

#include <cstddef>

#include "base/result.h"
#include "cli/flag.h"
#include "cli/parsed_flags.h"

namespace kencrypt::commands {

// -A, -l, --field-selector and --chunk-size.
cli::FlagTable target_flags();

// The objects of a page; 0: everything at once. Errors: usage.
Result<std::size_t> parse_chunk_size(const cli::ParsedFlags& flags);

}  // namespace kencrypt::commands
