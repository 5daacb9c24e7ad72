#include "cli/go_quote.h"

#include <fmt/format.h>

namespace kencrypt::cli {
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

}  // namespace

std::string go_quote(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) quoted += escape(c, '"');
  return quoted + '"';
}

std::string go_quote_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > 0x7f ? fmt::format("'\\u{:04x}'", byte) : "'" + escape(c, '\'') + "'";
}

}  // namespace kencrypt::cli
