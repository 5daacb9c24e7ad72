#include "output/jsonpath_unquote.h"

#include <charconv>
#include <cstdint>

namespace kencrypt::output::jsonpath {
namespace {

constexpr std::uint32_t kMaxRune = 0x10ffff;

bool is_surrogate(std::uint32_t rune) { return rune >= 0xd800 && rune <= 0xdfff; }

void append_rune(std::uint32_t rune, std::string& text) {
  const auto tail = [rune](int shift) { return static_cast<char>(0x80 | (rune >> shift & 0x3f)); };
  if (rune < 0x80) {
    text += static_cast<char>(rune);
  } else if (rune < 0x800) {
    text += {static_cast<char>(0xc0 | rune >> 6), tail(0)};
  } else if (rune < 0x10000) {
    text += {static_cast<char>(0xe0 | rune >> 12), tail(6), tail(0)};
  } else {
    text += {static_cast<char>(0xf0 | rune >> 18), tail(12), tail(6), tail(0)};
  }
}

// Takes `count` digits of `base` off the front.
std::optional<std::uint32_t> take_digits(std::string_view& rest, std::size_t count, int base) {
  std::uint32_t number = 0;
  const std::string_view digits = rest.substr(0, count);
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  if (digits.size() < count || error != std::errc{} || end != digits.data() + count)
    return std::nullopt;
  rest.remove_prefix(count);
  return number;
}

bool take_byte(std::string_view& rest, std::size_t count, int base, std::string& text) {
  const auto byte = take_digits(rest, count, base);
  if (!byte || *byte > 0xff) return false;
  text += static_cast<char>(*byte);
  return true;
}

bool take_rune(std::string_view& rest, std::size_t count, std::string& text) {
  const auto rune = take_digits(rest, count, 16);
  if (!rune || *rune > kMaxRune || is_surrogate(*rune)) return false;
  append_rune(*rune, text);
  return true;
}

// What follows a backslash. Of the quotes only the one around may be escaped.
bool take_escape(std::string_view& rest, char quote, std::string& text) {
  constexpr std::string_view kLetters = "abfnrtv\\";
  constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\";
  if (rest.empty()) return false;
  const char c = rest.front();
  if (c >= '0' && c <= '7') return take_byte(rest, 3, 8, text);
  rest.remove_prefix(1);
  if (c == 'x') return take_byte(rest, 2, 16, text);
  if (c == 'u') return take_rune(rest, 4, text);
  if (c == 'U') return take_rune(rest, 8, text);
  const auto at = kLetters.find(c);
  if (at == std::string_view::npos && c != quote) return false;
  text += at == std::string_view::npos ? quote : kMeanings[at];
  return true;
}

}  // namespace

std::optional<std::string> unquote(std::string_view quoted) {
  if (quoted.size() < 2 || quoted.front() != quoted.back()) return std::nullopt;
  const char quote = quoted.front();
  std::string_view rest = quoted.substr(1, quoted.size() - 2);
  std::string text;
  while (!rest.empty()) {
    const char c = rest.front();
    rest.remove_prefix(1);
    if (c == quote) return std::nullopt;
    if (c != '\\')
      text += c;
    else if (!take_escape(rest, quote, text))
      return std::nullopt;
  }
  return text;
}

}  // namespace kencrypt::output::jsonpath
