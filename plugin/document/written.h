// How values are written: in block style or in flow style, in the quotes of what stands beside them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "document/tree.h"

namespace kencrypt::document {

struct Style {
  char quote = 0;        // ' or ", of names and texts; 0: none, where YAML needs none
  bool compact = false;  // in flow style: without blanks
  // In flow style: how far in the fields of a mapping stand, each in a line of its own; 0: all in one line.
  std::size_t step = 0;
  std::string_view line_break = "\n";
};

// A scalar, or in flow style anything. `column`: how far in the line begins in which it stands.
std::string inline_text(const Node& value, const Style& style, std::size_t column = 0);

// "name: value" in flow style.
std::string inline_field(std::string_view name, const Node& value, const Style& style, std::size_t column = 0);

// Lines of block style, with line breaks: an item with its dash, a field with its name. `column`: the blanks before it.
// Lists in them have their dashes `list_step` columns further in than the name.
std::string item_text(const Node& item, const Style& style, std::size_t column);
std::string field_text(std::string_view name, const Node& value, const Style& style, std::size_t column,
                       std::size_t list_step);

}  // namespace kencrypt::document
