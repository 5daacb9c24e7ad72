#include "document/written.h"

#include <fmt/format.h>

#include <algorithm>

namespace kencrypt::document {
namespace {

constexpr std::size_t kStep = 2;  // of mappings in mappings, as kubeadm and kubectl write them

bool is_plain_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-_./=").find(c) != std::string_view::npos;
}

// Much more than these may go without quotes; nothing of these needs any. "=" alone is a type of YAML 1.1.
bool is_plain(std::string_view text) {
  return !text.empty() && text != "=" && text != "-" && !text.starts_with("---") && !text.starts_with("...") &&
         std::all_of(text.begin(), text.end(), is_plain_char) && resolve_plain(text) == Kind::text;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

// What JSON and YAML read alike.
std::string double_quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (is_control(c))
      result += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    else
      result += c;
  }
  return result + '"';
}

bool fits_single_quotes(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return c == '\'' || is_control(c); });
}

std::string scalar_text(std::string_view text, char quote) {
  if (quote == '\'' && fits_single_quotes(text)) return fmt::format("'{}'", text);
  return quote == 0 && is_plain(text) ? std::string(text) : double_quoted(text);
}

std::string line_start(const Style& style, std::size_t column) {
  return std::string(style.line_break) + std::string(column, ' ');
}

std::string inline_list(const Node& list, const Style& style, std::size_t column) {
  std::string result = "[";
  for (const Node& item : list.items) {
    if (&item != &list.items.front()) result += style.compact ? "," : ", ";
    result += inline_text(item, style, column);
  }
  return result + "]";
}

std::string inline_map(const Node& map, const Style& style, std::size_t column) {
  const bool in_lines = style.step > 0;
  std::string result = "{";
  for (const Field& field : map.fields) {
    if (&field != &map.fields.front()) result += style.compact || in_lines ? "," : ", ";
    if (in_lines) result += line_start(style, column + style.step);
    result += inline_field(field.key.text(), field.value, style, column + style.step);
  }
  return result + (in_lines ? line_start(style, column) + "}" : "}");
}

std::string fields_text(const Node& map, const Style& style, std::size_t column) {
  std::string result;
  for (const Field& field : map.fields) result += field_text(field.key.text(), field.value, style, column, 0);
  return result;
}

}  // namespace

std::string inline_text(const Node& value, const Style& style, std::size_t column) {
  if (value.is_list()) return inline_list(value, style, column);
  if (value.is_map()) return inline_map(value, style, column);
  return value.is_text() ? scalar_text(value.text(), style.quote) : std::string(value.text());
}

std::string inline_field(std::string_view name, const Node& value, const Style& style, std::size_t column) {
  const bool tight = style.compact && style.quote == '"';  // {a:1} is the name "a:1"
  return scalar_text(name, style.quote) + (tight ? ":" : ": ") + inline_text(value, style, column);
}

std::string item_text(const Node& item, const Style& style, std::size_t column) {
  const std::string dash = std::string(column, ' ') + "- ";
  if (!item.is_map()) return dash + inline_text(item, style) + std::string(style.line_break);
  return dash + fields_text(item, style, dash.size()).substr(dash.size());
}

std::string field_text(std::string_view name, const Node& value, const Style& style, std::size_t column,
                       std::size_t list_step) {
  const std::string start = std::string(column, ' ') + scalar_text(name, style.quote) + ":";
  if (value.is_map()) return start + std::string(style.line_break) + fields_text(value, style, column + kStep);
  if (!value.is_list()) return start + " " + inline_text(value, style) + std::string(style.line_break);
  std::string result = start + std::string(style.line_break);
  for (const Node& item : value.items) result += item_text(item, style, column + list_step);
  return result;
}

}  // namespace kencrypt::document
