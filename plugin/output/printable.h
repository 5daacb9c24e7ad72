// Text from outside, made safe to print: a name or a message must not be able to steer the
// terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kencrypt::output {

// `text` with every byte that is not part of well-formed UTF-8 replaced by U+FFFD, as Go's encoders
// do.
std::string valid_utf8(std::string_view text);

// valid_utf8(), with control characters in caret notation: ESC is "^[" (as kubectl prints it), a
// line break "^J"; the C1 controls, which terminals obey too, are U+FFFD.
std::string printable(std::string_view text);

// How many terminal columns `text`, which is valid UTF-8, is taken to fill: one a code point, as
// Go's tabwriter counts.
std::size_t display_width(std::string_view text);

// The first `width` columns of `text`, which is valid UTF-8. A view into `text`.
std::string_view cut_to_width(std::string_view text, std::size_t width);

}  // namespace kencrypt::output
