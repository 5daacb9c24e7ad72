#include "output/go_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <utility>
#include <vector>

#include "output/printable.h"

namespace kencrypt::output {
namespace {

std::vector<const Member*> sorted(const Value::Object& members) {
  std::vector<const Member*> found;
  for (const Member& member : members) found.push_back(&member);
  std::ranges::sort(found, {}, &Member::name);
  return found;
}

std::string to_chars(double number, std::chars_format format) {
  char buffer[512];  // the longest, without an exponent, has some 330 digits
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, number, format);
  return {buffer, end};
}

// The power of ten of the first digit.
int exponent_of(double number) {
  const std::string text = to_chars(number, std::chars_format::scientific);
  return std::atoi(text.c_str() + text.find('e') + 1);
}

// The shortest digits that are this number, with an exponent outside [low, high): Go's 'g'.
std::string float_text(double number, int low, int high) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number < 0 ? "-Inf" : "+Inf";
  const int exponent = number == 0 ? 0 : exponent_of(number);
  const bool fixed = exponent >= low && exponent < high;
  return to_chars(number, fixed ? std::chars_format::fixed : std::chars_format::scientific);
}

class SprintPrinter {
 public:
  std::string operator()(std::nullptr_t) const { return "<nil>"; }
  std::string operator()(bool boolean) const { return boolean ? "true" : "false"; }
  std::string operator()(std::int64_t integer) const { return std::to_string(integer); }
  std::string operator()(double number) const { return float_text(number, -4, 6); }
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(const Value::Array& elements) const {
    std::string text = "[";
    for (const Value& element : elements) text += (text.size() > 1 ? " " : "") + go_text(element);
    return text + "]";
  }
  std::string operator()(const Value::Object& members) const {
    std::string text = "map[";
    for (const Member* member : sorted(members)) {
      if (text.back() != '[') text += ' ';
      text += member->name + ':' + go_text(member->value);
    }
    return text + "]";
  }
};

struct Escape {
  std::string_view character, text;
};
// <, > and & since the text may end up in HTML; U+2028 and U+2029 are line ends to JavaScript.
constexpr Escape kEscapes[] = {{"\"", "\\\""},
                               {"\\", "\\\\"},
                               {"\b", "\\b"},
                               {"\f", "\\f"},
                               {"\n", "\\n"},
                               {"\r", "\\r"},
                               {"\t", "\\t"},
                               {"<", "\\u003c"},
                               {">", "\\u003e"},
                               {"&", "\\u0026"},
                               {"\xe2\x80\xa8", "\\u2028"},
                               {"\xe2\x80\xa9", "\\u2029"}};

std::string quoted(std::string_view text) {
  const std::string valid = valid_utf8(text);
  std::string out = "\"";
  for (std::string_view rest = valid; !rest.empty();) {
    const auto escape = std::ranges::find_if(
        kEscapes, [rest](const Escape& one) { return rest.starts_with(one.character); });
    const auto byte = static_cast<unsigned char>(rest.front());
    if (escape != std::end(kEscapes))
      out += escape->text;
    else if (byte < 0x20)
      out += fmt::format("\\u{:04x}", byte);
    else
      out += rest.front();
    rest.remove_prefix(escape != std::end(kEscapes) ? escape->character.size() : 1);
  }
  return out + '"';
}

// Go writes 1e-09 as 1e-9.
std::string json_number(double number) {
  if (!std::isfinite(number)) return "null";
  std::string text = float_text(number, -6, 21);
  const auto at = text.find("e-0");
  if (at != std::string::npos) text.erase(at + 2, 1);
  return text;
}

class JsonPrinter {
 public:
  JsonPrinter(std::string& out, std::size_t indent, std::size_t level)
      : out_(out), indent_(indent), level_(level) {}

  void operator()(std::nullptr_t) const { out_ += "null"; }
  void operator()(bool boolean) const { out_ += boolean ? "true" : "false"; }
  void operator()(std::int64_t integer) const { out_ += std::to_string(integer); }
  void operator()(double number) const { out_ += json_number(number); }
  void operator()(const std::string& text) const { out_ += quoted(text); }
  void operator()(const Value::Array& elements) const {
    out_ += '[';
    for (const Value& element : elements) {
      next(&element == elements.data());
      visit(below(), element);
    }
    close(']', elements.empty());
  }
  void operator()(const Value::Object& members) const {
    out_ += '{';
    bool first = true;
    for (const Member* member : sorted(members)) {
      next(std::exchange(first, false));
      out_ += quoted(member->name) + (indent_ == 0 ? ":" : ": ");
      visit(below(), member->value);
    }
    close('}', members.empty());
  }

 private:
  JsonPrinter below() const { return {out_, indent_, level_ + 1}; }
  void new_line(std::size_t level) const {
    if (indent_ > 0) out_ += '\n' + std::string(indent_ * level, ' ');
  }
  void next(bool first) const {
    if (!first) out_ += ',';
    new_line(level_ + 1);
  }
  void close(char bracket, bool empty) const {
    if (!empty) new_line(level_);
    out_ += bracket;
  }

  std::string& out_;
  std::size_t indent_;
  std::size_t level_;
};

struct TypeName {
  std::string_view operator()(std::nullptr_t) const { return "<nil>"; }
  std::string_view operator()(bool) const { return "bool"; }
  std::string_view operator()(std::int64_t) const { return "int64"; }
  std::string_view operator()(double) const { return "float64"; }
  std::string_view operator()(const std::string&) const { return "string"; }
  std::string_view operator()(const Value::Array&) const { return "[]interface {}"; }
  std::string_view operator()(const Value::Object&) const { return "map[string]interface {}"; }
};

}  // namespace

std::string go_text(const Value& value) { return visit(SprintPrinter(), value); }

std::string_view go_type(const Value& value) { return visit(TypeName(), value); }

std::string go_json(const Value& value, std::size_t indent) {
  std::string out;
  visit(JsonPrinter(out, indent, 0), value);
  return out;
}

}  // namespace kencrypt::output
