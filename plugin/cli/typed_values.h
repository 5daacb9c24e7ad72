// From texts to types, by cxxopts. It sees only canonical "--name=value" arguments, since its own
// syntax is not kubectl's.
#pragma once

#include <span>

#include "base/result.h"
#include "cli/normalise.h"
#include "cli/parsed_flags.h"

namespace kencrypt::cli {

// The value of every row of `flags`: the last of `settings` for it, else its default. Errors:
// usage, for the first value that does not fit its flag's kind, in pflag's words with strconv's
// reason.
Result<FlagValues> typed_values(std::span<const Flag> flags, std::span<const Setting> settings);

}  // namespace kencrypt::cli
