#include "document/tree.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <span>

namespace kencrypt::document {
namespace {

bool is_one_of(std::string_view text, std::span<const std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

constexpr std::array<std::string_view, 5> kNulls = {"", "~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 22> kBooleans = {"y",  "Y",   "yes", "Yes", "YES",   "true",  "True",  "TRUE",
                                                        "on", "On",  "ON",  "n",   "N",     "no",    "No",    "NO",
                                                        "off", "Off", "OFF", "false", "False", "FALSE"};
constexpr std::array<std::string_view, 12> kNamedNumbers = {".nan",  ".NaN",  ".NAN",  ".inf",  ".Inf",  ".INF",
                                                            "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool all_of(std::string_view text, bool (*is)(char)) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is);
}

struct Digits {
  bool negative = false;
  std::uint64_t value = 0;
};

std::optional<Digits> digits_of(std::string_view text, bool negative, int base) {
  Digits digits{negative, 0};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), digits.value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (negative && digits.value > std::uint64_t{1} << 63U) return std::nullopt;
  return digits;
}

// Go's ParseInt(s, 0, 64), or ParseUint: a prefix or a leading 0 says the base. The range is that of both together.
std::optional<Digits> prefixed_integer(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  int base = 10;
  const auto takes = [&text](std::string_view lower, std::string_view upper) {
    if (!text.starts_with(lower) && !text.starts_with(upper)) return false;
    text.remove_prefix(2);
    return true;
  };
  if (takes("0x", "0X"))
    base = 16;
  else if (takes("0b", "0B"))
    base = 2;
  else if (takes("0o", "0O"))
    base = 8;
  else if (text.size() > 1 && text.front() == '0')
    base = 8;
  return digits_of(text, negative, base);
}

// resolve.go tries "0b" once more, where a sign behind it passes.
std::optional<Digits> integer_of(std::string_view text) {
  if (const auto digits = prefixed_integer(text)) return digits;
  if (!text.starts_with("0b")) return std::nullopt;
  text.remove_prefix(2);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  return digits_of(text, negative, 2);
}

std::string without_underscores(std::string_view text) {
  std::string plain;
  std::copy_if(text.begin(), text.end(), std::back_inserter(plain), [](char c) { return c != '_'; });
  return plain;
}

// Too small is 0 in Go, too large an error. from_chars does not say which of both it was.
std::optional<double> number_of(const std::string& text) {
  const double value = std::strtod(text.c_str(), nullptr);
  return std::isinf(value) ? std::nullopt : std::optional(value);
}

// yamlStyleFloat of resolve.go.
bool has_form_of_float(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const std::size_t e = text.find_first_of("eE");
  if (e != std::string_view::npos) {
    std::string_view exponent = text.substr(e + 1);
    if (exponent.starts_with('-') || exponent.starts_with('+')) exponent.remove_prefix(1);
    if (!all_of(exponent, is_digit)) return false;
    text = text.substr(0, e);
  }
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return all_of(text, is_digit);
  const std::string_view whole = text.substr(0, dot);
  const std::string_view part = text.substr(dot + 1);
  if (whole.empty()) return all_of(part, is_digit);
  return all_of(whole, is_digit) && (part.empty() || all_of(part, is_digit));
}

bool is_float(std::string_view text) { return has_form_of_float(text) && number_of(std::string(text)).has_value(); }

}  // namespace

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::null: return "null";
    case Kind::boolean: return "true or false";
    case Kind::integer: return "a whole number";
    case Kind::number: return "a number";
    case Kind::text: return "text";
    case Kind::list: return "a list";
    case Kind::map: return "a mapping";
  }
  return "";
}

const Node* Node::find(std::string_view name) const {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [name](const Field& field) { return field.key.text() == name; });
  return found == fields.end() ? nullptr : &found->value;
}

Kind resolve_plain(std::string_view text) {
  if (is_one_of(text, kNulls)) return Kind::null;
  if (is_one_of(text, kBooleans)) return Kind::boolean;
  if (is_one_of(text, kNamedNumbers)) return Kind::number;
  if (!is_digit(text.front()) && text.front() != '+' && text.front() != '-' && text.front() != '.') return Kind::text;
  if (text.front() == '.') return is_float(text) ? Kind::number : Kind::text;
  const std::string plain = without_underscores(text);
  if (integer_of(plain)) return Kind::integer;
  return is_float(plain) ? Kind::number : Kind::text;
}

std::optional<std::int64_t> whole_value(Kind kind, std::string_view text) {
  const std::string plain = without_underscores(text);
  if (kind == Kind::integer) {
    const auto digits = integer_of(plain);
    if (!digits || (!digits->negative && digits->value > std::uint64_t{1} << 62U)) return std::nullopt;
    const auto value = static_cast<std::int64_t>(digits->value);
    return digits->negative ? -value : value;
  }
  const auto number = kind == Kind::number && has_form_of_float(plain) ? number_of(plain) : std::nullopt;
  // Beyond this a double has no fraction any more, and Go writes an exponent.
  if (!number || std::abs(*number) > 9e15 || *number != std::trunc(*number)) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

}  // namespace kencrypt::document
