// Two texts beside each other, as `diff -u` shows them.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string_view>

namespace kencrypt::output {

// Beyond this many pairs of lines that differ, all of the older are shown as removed and all of the newer as added:
// finding the shortest way takes time and memory in their number.
inline constexpr std::size_t kMostPairs = std::size_t{1} << 22U;

struct DiffNames {
  std::string_view before;
  std::string_view after;
};

// Writes nothing if the texts are the same. Three lines of context; control characters are made visible, but for tabs,
// and for a carriage return at the end of a line, which is left out.
void write_unified_diff(std::ostream& out, std::string_view before, std::string_view after, DiffNames names);

}  // namespace kencrypt::output
