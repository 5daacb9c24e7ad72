#include "cli/wrap.h"

#include <algorithm>

#include "base/text.h"

namespace kencrypt::cli {
namespace {

constexpr std::size_t kTab = 8;

std::size_t columns(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) {
    if (c == '\t')
      count += kTab;
    else if ((static_cast<unsigned char>(c) & 0xc0) != 0x80)  // not the rest of a code point
      ++count;
  }
  return count;
}

// How many bytes of `line` make its first line of at most `room` columns; always at least one word.
std::size_t break_at(std::string_view line, std::size_t room) {
  std::size_t at = line.find(' ');
  while (at != std::string_view::npos) {
    const std::size_t next = line.find(' ', at + 1);
    if (columns(line.substr(0, next)) > room) return at;
    at = next;
  }
  return line.size();
}

std::string wrap_line(std::string_view line, std::string_view indent, std::size_t width) {
  const std::size_t used = columns(indent);
  const std::size_t room = width > used ? width - used : 1;
  std::string wrapped;
  while (columns(line) > room) {
    const std::size_t at = break_at(line, room);
    wrapped.append(indent).append(line.substr(0, at)) += '\n';
    line.remove_prefix(std::min(line.size(), at + 1));
  }
  if (!line.empty()) return wrapped.append(indent).append(line);
  if (!wrapped.empty()) wrapped.pop_back();
  return wrapped;
}

}  // namespace

std::size_t help_width(std::size_t columns) {
  for (const std::size_t width : {120U, 100U, 80U})
    if (columns >= width) return width;
  return kNoWrap;
}

std::string wrap(std::string_view text, std::string_view indent, std::size_t width) {
  std::string wrapped;
  for (const std::string_view line : split(text, '\n')) {
    if (width == kNoWrap)
      wrapped.append(line.empty() ? std::string_view() : indent).append(line);
    else
      wrapped += wrap_line(line, indent, width);
    wrapped += '\n';
  }
  wrapped.pop_back();
  return wrapped;
}

}  // namespace kencrypt::cli
