// A page of HTML in one piece: no scripts, nothing from the network, readable on paper and without colours.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace kencrypt::output {

// Text for HTML, in elements and in quoted attributes; control characters are replaced.
std::string escape_html(std::string_view text);

// Everything up to the body's first line, and what ends it. `title` is also the first heading.
void begin_html(std::ostream& out, std::string_view title);
void end_html(std::ostream& out);

void write_html_heading(std::ostream& out, std::string_view text);
void write_html_paragraph(std::ostream& out, std::string_view text);
void write_html_list(std::ostream& out, const std::vector<std::string>& items);

struct HtmlTable {
  std::vector<std::string> headers;
  std::size_t words = 1;  // so many columns at the left are words; the rest are numbers
  std::vector<std::vector<std::string>> rows;
};
void write_html_table(std::ostream& out, const HtmlTable& table);

// Bars of equal length, each divided by its parts; a bar without anything in it is empty.
struct HtmlBar {
  std::string label;
  std::vector<std::uint64_t> parts;  // as many as the legend has
  std::uint64_t whole = 0;           // what the full length stands for, if that is more than the parts
};
// At most as many parts as the page has colours (4).
void write_html_bars(std::ostream& out, const std::vector<std::string>& legend, const std::vector<HtmlBar>& bars);

}  // namespace kencrypt::output
