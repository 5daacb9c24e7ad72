// The words of a JSONPath template. Each take_... function begins at text[at] and leaves `at`
// behind what it took, which is a view into `text`.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "output/value.h"

namespace kencrypt::output::jsonpath {

bool is_end_of_line(char c);
bool is_digit(char c);
// A letter, a digit or '_'; bytes of characters beyond ASCII are taken for letters.
bool is_word_character(char c);

std::string_view take_until_terminator(std::string_view text, std::size_t& at);
// The same, but a backslash takes the next character along.
std::string_view take_field(std::string_view text, std::size_t& at);
// A sign, digits and dots.
std::string_view take_number(std::string_view text, std::size_t& at);
// A quoted text with its quotes; nullopt if it does not end on its line.
std::optional<std::string_view> take_quoted(std::string_view text, std::size_t& at);
// Up to, without, the parenthesis that ends a filter; `at` is behind that. One quoted text in it
// may hold parentheses. nullopt if there is no end on the line.
std::optional<std::string_view> take_filter(std::string_view text, std::size_t& at);

// An integer, or else a floating-point number. nullopt if it is none.
std::optional<Value> to_number(std::string_view digits);

// The first character of `text`, which is not empty, as Go's %#U has it: "U+002A '*'".
std::string describe_character(std::string_view text);

}  // namespace kencrypt::output::jsonpath
