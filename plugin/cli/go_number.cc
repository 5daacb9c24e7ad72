#include "cli/go_number.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

#include "base/go_quote.h"

namespace kencrypt::cli {
namespace {

std::unexpected<Error> no_number() { return fail(ErrorKind::usage, "invalid syntax"); }

std::string_view without_sign(std::string_view text) {
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  return text;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// The digits of a number without its sign, and their base.
struct Digits {
  std::string_view text;
  int base = 10;
  bool has_prefix = false;
};

Digits take_base(std::string_view text) {
  if (!text.starts_with('0')) return {text, 10, false};
  const char letter = text.size() >= 3 ? static_cast<char>(text[1] | 0x20) : '\0';
  if (letter == 'x') return {text.substr(2), 16, true};
  if (letter == 'b') return {text.substr(2), 2, true};
  if (letter == 'o') return {text.substr(2), 8, true};
  return {text.substr(text.size() > 1 ? 1 : 0), 8, text.size() > 1};
}

// Each '_' has a digit, or the prefix, before it and a digit behind it.
bool underscores_stand_well(const Digits& digits) {
  bool after_digit = digits.has_prefix;
  for (const char c : digits.text) {
    if (c == '_' && !after_digit) return false;
    after_digit = is_digit(c) || is_letter(c);
  }
  return !digits.text.ends_with('_');
}

// `digits` with `negative`'s sign, in [-2^bits, 2^bits).
Result<std::int64_t> to_integer(std::string_view digits, int base, bool negative, int bits) {
  std::uint64_t size = 0;
  const char* const last = digits.data() + digits.size();
  const auto [end, error] = std::from_chars(digits.data(), last, size, base);
  if (digits.empty() || end != last || error == std::errc::invalid_argument) return no_number();
  const std::uint64_t limit = (std::uint64_t{1} << bits) - (negative ? 0 : 1);
  if (error == std::errc::result_out_of_range || size > limit)
    return fail(ErrorKind::usage, "value out of range");
  return static_cast<std::int64_t>(negative ? std::uint64_t{0} - size : size);
}

std::string_view take(std::string_view& rest, std::size_t size) {
  const std::string_view taken = rest.substr(0, size);
  rest.remove_prefix(taken.size());
  return taken;
}

// "12", "12.5" or ".5" off the front.
std::string_view take_number(std::string_view& rest) {
  constexpr std::string_view kDigits = "0123456789";
  std::size_t end = std::min(rest.find_first_not_of(kDigits), rest.size());
  if (rest.substr(end).starts_with('.'))
    end = std::min(rest.find_first_not_of(kDigits, end + 1), rest.size());
  return take(rest, end);
}

std::string_view take_unit(std::string_view& rest) {
  return take(rest, rest.find_first_of("0123456789."));
}

constexpr std::array<std::string_view, 8> kUnits = {"ns", "us", "µs", "μs", "ms", "s", "m", "h"};

}  // namespace

Result<std::int64_t> parse_go_int(std::string_view text) {
  const bool negative = text.starts_with('-');
  const Digits digits = take_base(without_sign(text));
  if (!underscores_stand_well(digits)) return no_number();
  std::string plain(digits.text);
  std::erase(plain, '_');
  return to_integer(plain, digits.base, negative, 63);
}

Result<std::int64_t> parse_go_decimal32(std::string_view text) {
  return to_integer(without_sign(text), 10, text.starts_with('-'), 31);
}

std::string duration_mistake(std::string_view text) {
  const std::string quoted = go_quote(text);
  for (std::string_view rest = without_sign(text); !rest.empty();) {
    const std::string_view number = take_number(rest);
    if (std::ranges::none_of(number, is_digit)) break;
    const std::string_view unit = take_unit(rest);
    if (unit.empty()) return fmt::format("time: missing unit in duration {}", quoted);
    if (std::ranges::find(kUnits, unit) == kUnits.end())
      return fmt::format("time: unknown unit {} in duration {}", go_quote(unit), quoted);
  }
  return fmt::format("time: invalid duration {}", quoted);
}

}  // namespace kencrypt::cli
