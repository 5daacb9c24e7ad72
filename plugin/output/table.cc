#include "output/table.h"

#include <algorithm>
#include <ostream>

#include "output/printable.h"

namespace kencrypt::output {
namespace {

// k8s.io/cli-runtime pkg/printers/tabwriter.go
constexpr std::size_t kMinWidth = 6;
constexpr std::size_t kPadding = 3;

std::string cell_text(std::string_view cell) {
  const auto end = cell.find_first_of("\f\n\r");
  std::string text = printable(cell.substr(0, end));
  if (end != std::string_view::npos) text += "...";
  return text;
}

// The width of each column, padding included.
std::vector<std::size_t> widths(const std::vector<std::vector<std::string>>& lines) {
  std::vector<std::size_t> found(lines.front().size(), kMinWidth);
  for (const auto& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i)
      found[i] = std::max(found[i], display_width(line[i]) + kPadding);
  return found;
}

bool says_something(std::string_view cell) { return !cell.empty() && cell != "0" && cell != kNone; }

void write_line(std::ostream& out, const std::vector<std::string>& line,
                const std::vector<std::size_t>& widths, const std::vector<Colour>& colours) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    out << in_colour(says_something(line[i]) ? colours[i] : Colour::none, line[i]);
    if (i + 1 < line.size()) out << std::string(widths[i] - display_width(line[i]), ' ');
  }
  out << '\n';
}

}  // namespace

void Table::add_row(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  rows_.push_back(std::move(cells));
}

std::vector<std::size_t> Table::shown_columns(bool wide) const {
  std::vector<std::size_t> shown;
  for (std::size_t i = 0; i < columns_.size(); ++i)
    if (wide || !columns_[i].wide_only) shown.push_back(i);
  return shown;
}

std::vector<Colour> Table::colours(bool wide) const {
  std::vector<Colour> found;
  for (const std::size_t i : shown_columns(wide)) found.push_back(columns_[i].colour);
  return found;
}

std::vector<Table::Row> Table::lines(TableStyle style) const {
  const auto shown = shown_columns(style.wide);
  std::vector<Row> lines;
  if (style.headers) {
    Row& header = lines.emplace_back();
    for (const std::size_t i : shown) header.push_back(columns_[i].header);
  }
  for (const Row& row : rows_) {
    Row& line = lines.emplace_back();
    for (const std::size_t i : shown) line.push_back(cell_text(row[i]));
  }
  return lines;
}

void Table::write(std::ostream& out, TableStyle style) const {
  if (empty() && !style.headers_alone) return;
  const auto all = lines(style);
  if (all.empty()) return;
  const auto column_widths = widths(all);
  const std::vector<Colour> plain(all.front().size(), Colour::none);
  const std::vector<Colour> coloured = style.colour ? colours(style.wide) : plain;
  for (const Row& line : all) {
    const bool is_header = style.headers && &line == all.data();
    write_line(out, line, column_widths, is_header ? plain : coloured);
  }
}

}  // namespace kencrypt::output
