#include "output/yaml.h"

#include <yaml-cpp/emitter.h>
#include <yaml-cpp/emittermanip.h>

#include <algorithm>
#include <cmath>
#include <ostream>

#include "base/text.h"
#include "output/printable.h"

namespace kencrypt::output {
namespace {

// Words that YAML 1.1 reads as null, boolean, number, merge key or default value (yaml.org/type).
constexpr std::string_view kWords[] = {"",      "~",     "null", "true", "false", "y",
                                       "n",     "yes",   "no",   "on",   "off",   ".inf",
                                       "-.inf", "+.inf", ".nan", "<<",   "="};
// What numbers of any base, times and dates are made of. Wider than needed: a word too many in
// quotes does no harm.
constexpr std::string_view kNumberBytes = "0123456789abcdefABCDEFxXoO_+-.:eETtZz ";

bool looks_like_another_type(std::string_view text) {
  if (std::ranges::find(kWords, to_lower(text)) != std::end(kWords)) return true;
  const auto begins_number = [](char c) {
    return (c >= '0' && c <= '9') || c == '.' || c == '+' || c == '-';
  };
  return begins_number(text.front()) &&
         text.find_first_not_of(kNumberBytes) == std::string_view::npos;
}

// What yaml-cpp would leave as it is although a YAML 1.1 reader takes it for a line break (U+2028,
// U+2029), drops it (a byte order mark) or a terminal obeys it (C1 controls).
bool needs_escapes(std::string_view valid) {
  constexpr std::string_view kRaw[] = {"\xe2\x80\xa8", "\xe2\x80\xa9", "\xef\xbb\xbf"};
  const auto holds = [&](std::string_view raw) {
    return valid.find(raw) != std::string_view::npos;
  };
  return std::ranges::any_of(kRaw, holds) || printable(valid) != valid;
}

// One scalar, in quotes if it must be. yaml-cpp knows which characters need quotes, not which
// types.
std::string text_scalar(std::string_view text) {
  const std::string valid = valid_utf8(text);
  YAML::Emitter emitter;
  if (needs_escapes(valid))
    emitter << YAML::DoubleQuoted << YAML::EscapeNonAscii;
  else if (looks_like_another_type(valid))
    emitter << YAML::DoubleQuoted;
  emitter << valid;
  return emitter.c_str();
}

std::string number_scalar(double number) {
  YAML::Emitter emitter;
  emitter << number;
  return emitter.c_str();
}

// yaml-cpp's emitter always indents a list below its key, so the structure is laid out here.
class Printer {
 public:
  Printer(std::ostream& out, std::size_t level) : out_(&out), level_(level) {}

  void operator()(std::nullptr_t) const { *out_ << "null\n"; }
  void operator()(bool boolean) const { *out_ << (boolean ? "true\n" : "false\n"); }
  void operator()(std::int64_t integer) const { *out_ << std::to_string(integer) << '\n'; }
  void operator()(double number) const {
    *out_ << (std::isfinite(number) ? number_scalar(number) : "null") << '\n';
  }
  void operator()(const std::string& text) const { *out_ << text_scalar(text) << '\n'; }

  void operator()(const Value::Array& elements) const {
    if (elements.empty()) *out_ << "[]\n";
    for (const Value& element : elements) {
      if (&element != elements.data()) indent();
      *out_ << "- ";
      visit(Printer(*out_, level_ + 1), element);  // "- " is as wide as a level
    }
  }

  void operator()(const Value::Object& members) const {
    if (members.empty()) *out_ << "{}\n";
    for (const Member& member : members) {
      if (&member != members.data()) indent();
      *out_ << text_scalar(member.name) << ':';
      below_key(member.value);
    }
  }

 private:
  void indent() const { *out_ << std::string(level_ * 2, ' '); }

  void below_key(const Value& value) const {
    const auto* array = std::get_if<Value::Array>(&value.data());
    const auto* object = std::get_if<Value::Object>(&value.data());
    const bool is_block = (array && !array->empty()) || (object && !object->empty());
    const Printer below(*out_, object ? level_ + 1 : level_);
    *out_ << (is_block ? '\n' : ' ');
    if (is_block) below.indent();
    visit(below, value);
  }

  std::ostream* out_;
  std::size_t level_;
};

}  // namespace

void write_yaml(std::ostream& out, const Value& value) { visit(Printer(out, 0), value); }

}  // namespace kencrypt::output
