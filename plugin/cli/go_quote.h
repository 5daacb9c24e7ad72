// Quoting as Go's fmt does with %q, which pflag's messages use.
#pragma once

#include <string>
#include <string_view>

namespace kencrypt::cli {

// "text" in double quotes; quotes, backslashes and control characters are escaped, and so are bytes
// that are not ASCII unless they are left as they are by being part of UTF-8 (not checked here).
std::string go_quote(std::string_view text);

// 'c' in single quotes, same rules. A byte above 0x7e is taken as the Unicode character of that
// number and escaped, since pflag formats a single byte.
std::string go_quote_char(char c);

}  // namespace kencrypt::cli
