// Breaking help text into lines.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kencrypt::cli {

inline constexpr std::size_t kNoWrap = 0;

// How wide help is on a terminal of `columns`: 120, 100 or 80, and on a narrower one, or where the
// width is not known (0), kNoWrap (k8s.io/kubectl pkg/util/term/term_writer.go).
std::size_t help_width(std::size_t columns);

// `text` with every line begun by `indent` and broken at blanks so that it takes at most `width`
// columns, where a tab counts as eight. A word longer than that has a line of its own. A code point
// counts as one column. kNoWrap only indents. The result ends without a newline.
std::string wrap(std::string_view text, std::string_view indent, std::size_t width);

}  // namespace kencrypt::cli
