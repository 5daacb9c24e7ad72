#include "output/jsonpath_token.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>

namespace kencrypt::output::jsonpath {
namespace {

bool is_terminator(char c) {
  return std::string_view(" \t\r\n.,[]$@{}").find(c) != std::string_view::npos;
}

template <class Number>
std::optional<Number> whole_number(std::string_view digits) {
  if (digits.starts_with('+')) digits.remove_prefix(1);
  Number number{};
  const char* const last = digits.data() + digits.size();
  const auto [end, error] = std::from_chars(digits.data(), last, number);
  if (digits.empty() || error != std::errc{} || end != last) return std::nullopt;
  return number;
}

}  // namespace

bool is_end_of_line(char c) { return c == '\r' || c == '\n'; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_word_character(char c) {
  return is_digit(c) || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

std::string_view take_until_terminator(std::string_view text, std::size_t& at) {
  const std::size_t begin = at;
  while (at < text.size() && !is_terminator(text[at])) ++at;
  return text.substr(begin, at - begin);
}

std::string_view take_field(std::string_view text, std::size_t& at) {
  const std::size_t begin = at;
  while (at < text.size() && !is_terminator(text[at])) {
    if (text[at] == '\\' && at + 1 < text.size()) ++at;
    ++at;
  }
  return text.substr(begin, at - begin);
}

std::string_view take_number(std::string_view text, std::size_t& at) {
  const std::size_t begin = at;
  if (text[at] == '+' || text[at] == '-') ++at;
  while (at < text.size() && (is_digit(text[at]) || text[at] == '.')) ++at;
  return text.substr(begin, at - begin);
}

std::optional<std::string_view> take_quoted(std::string_view text, std::size_t& at) {
  const std::size_t begin = at;
  const char quote = text[at];
  for (++at; at < text.size() && text[at] != '\n'; ++at) {
    if (text[at] != quote || text[at - 1] == '\\') continue;
    ++at;
    return text.substr(begin, at - begin);
  }
  return std::nullopt;
}

std::optional<std::string_view> take_filter(std::string_view text, std::size_t& at) {
  const std::size_t begin = at;
  char quote = 0;
  bool closed = false;
  for (; at < text.size() && text[at] != '\n'; ++at) {
    const char c = text[at];
    if (c == ')' && (quote != 0) == closed) return text.substr(begin, at++ - begin);
    if (c != '"' && c != '\'') continue;
    if (quote == 0)
      quote = c;
    else if (c == quote && text[at - 1] != '\\')
      closed = true;
  }
  return std::nullopt;
}

std::optional<Value> to_number(std::string_view digits) {
  if (const auto integer = whole_number<std::int64_t>(digits)) return Value(*integer);
  if (const auto number = whole_number<double>(digits)) return Value(*number);
  return std::nullopt;
}

std::string describe_character(std::string_view text) {
  const auto byte = static_cast<unsigned char>(text.front());
  if (byte < 0x20 || byte == 0x7f) return fmt::format("U+{:04X}", byte);
  return fmt::format("U+{:04X} '{}'", byte, text.front());
}

}  // namespace kencrypt::output::jsonpath
