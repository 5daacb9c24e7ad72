// Asking before something is changed.
#pragma once

#include <cstddef>
#include <iosfwd>

namespace kencrypt::output {

// A longer answer is no answer; the rest of its line is left unread.
inline constexpr std::size_t kMaxAnswer = 64;  // bytes

// Prints kubectl's prompt, "Do you want to continue? (y/N): ", to `out` (standard error, so that a
// result on standard output stays clean) and reads a line. True for y or yes in any case; anything
// else, and the end of input, is no. Only for a terminal: the caller must see that `in` is one, or
// a script would hang. Blocks, so it must not be called while SIGINT is held back
// (base/interrupts.h), or Ctrl-C could not end it.
bool confirm(std::istream& in, std::ostream& out);

}  // namespace kencrypt::output
