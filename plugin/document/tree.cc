#include "document/tree.h"

#include <algorithm>
#include <array>
#include <charconv>
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

// Go's ParseInt(s, 0, 64), or ParseUint: a prefix or a leading 0 says the base. The range is that of both together.
bool is_integer(std::string_view text) {
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
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  return !negative || value <= std::uint64_t{1} << 63U;
}

// yamlStyleFloat of resolve.go.
bool is_float(std::string_view text) {
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
  std::string plain;
  std::copy_if(text.begin(), text.end(), std::back_inserter(plain), [](char c) { return c != '_'; });
  if (text.front() == '.') return is_float(text) ? Kind::number : Kind::text;
  if (is_integer(plain)) return Kind::integer;
  return is_float(plain) ? Kind::number : Kind::text;
}

}  // namespace kencrypt::document
