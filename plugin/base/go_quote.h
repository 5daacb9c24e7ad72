// Quoting as Go's fmt does with %q, which the messages of pflag and of kubectl use.
#pragma once

#include <string>
#include <string_view>

namespace kencrypt {

// "text" in double quotes; quotes, backslashes and control characters are escaped. Other bytes are
// left as they are.
std::string go_quote(std::string_view text);

// 'c' in single quotes, same rules. A byte above 0x7f stands for the Unicode character of that
// number, since pflag formats a single byte: the first byte of "ä" is 'Ã'.
std::string go_quote_char(char c);

}  // namespace kencrypt
