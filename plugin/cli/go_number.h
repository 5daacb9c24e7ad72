// Numbers as Go's strconv reads them: pflag's flags take these spellings, and give these reasons.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kencrypt::cli {

// ParseInt(text, 0, 64): a sign, then decimal, 0x, 0b, 0o or (after a 0) octal digits, with '_'
// between them. Errors: usage, "invalid syntax" or "value out of range".
Result<std::int64_t> parse_go_int(std::string_view text);

// ParseInt(text, 10, 32), as klog reads its -v.
Result<std::int64_t> parse_go_decimal32(std::string_view text);

// Why time.ParseDuration refuses `text`: "time: invalid duration \"x\"".
std::string duration_mistake(std::string_view text);

}  // namespace kencrypt::cli
