// The words of a command line that are no flags, where a command takes a fixed number of them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/parsed_flags.h"

namespace kencrypt::commands {

using Operands = std::vector<std::string>;

// `names` as the usage has them, "KEY FILE"; there are `count` of them. Errors: usage, for fewer or more words.
Result<Operands> parse_operands(const cli::ParsedFlags& flags, std::string_view names, std::size_t count);

}  // namespace kencrypt::commands
