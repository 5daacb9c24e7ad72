// --qps: the most requests a second.
#pragma once

#include "base/result.h"
#include "cli/flag.h"
#include "cli/parsed_flags.h"

namespace kencrypt::commands {

cli::Flag qps_flag();

// Requests a second; 0: no limit. Errors: usage.
Result<double> parse_qps(const cli::ParsedFlags& flags);

}  // namespace kencrypt::commands
