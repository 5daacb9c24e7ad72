#include "base/go_quote.h"

#include <fmt/format.h>

namespace kencrypt {
namespace {

// Go names these control characters; the others are written as \xNN.
struct Escape {
  char character;
  std::string_view text;
};
constexpr Escape kNamed[] = {{'\a', "\\a"}, {'\b', "\\b"}, {'\f', "\\f"}, {'\n', "\\n"},
                             {'\r', "\\r"}, {'\t', "\\t"}, {'\v', "\\v"}, {'\\', "\\\\"}};

std::string escape(char c, char quote) {
  if (c == quote) return {'\\', c};
  for (const Escape& named : kNamed)
    if (named.character == c) return std::string(named.text);
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f ? fmt::format("\\x{:02x}", byte) : std::string(1, c);
}

// U+00A0 is a blank and U+00AD a soft hyphen: Go escapes both.
bool is_printable_latin1(unsigned char byte) { return byte > 0xa0 && byte != 0xad; }

}  // namespace

std::string go_quote(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) quoted += escape(c, '"');
  return quoted + '"';
}

std::string go_quote_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte <= 0x7f) return "'" + escape(c, '\'') + "'";
  if (!is_printable_latin1(byte)) return fmt::format("'\\u{:04x}'", byte);
  return {'\'', static_cast<char>(0xc0 | byte >> 6), static_cast<char>(0x80 | (byte & 0x3f)), '\''};
}

}  // namespace kencrypt
