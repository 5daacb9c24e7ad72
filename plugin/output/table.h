// Tables as kubectl prints them (k8s.io/cli-runtime pkg/printers tabwriter.go, tableprinter.go).
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "output/terminal.h"

namespace kencrypt::output {

// What kubectl prints in a cell that has no value.
inline constexpr std::string_view kNone = "<none>";
inline constexpr std::string_view kUnknown = "<unknown>";
inline constexpr std::string_view kUnset = "<unset>";

struct Column {
  std::string header;      // upper case, no blanks
  bool wide_only = false;  // shown with -o wide only
  Colour colour = Colour::none;  // of cells that are not "0" and not empty, where the style has colours
};

struct TableStyle {
  bool headers = true;
  bool wide = false;
  bool headers_alone = false;  // headers also where there are no rows
  bool colour = false;
};

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // One cell a column, wide ones included; missing cells are empty, further ones are dropped. Holds
  // all rows in memory, since a column is as wide as its widest cell: the caller bounds their
  // number.
  void add_row(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }

  // Writes the header and all rows; nothing at all if there are no rows, as kubectl does, unless the style says
  // otherwise. A cell is cut at its first line break, with "..." for the rest, and its control characters are
  // made visible.
  void write(std::ostream& out, TableStyle style) const;

 private:
  using Row = std::vector<std::string>;

  std::vector<std::size_t> shown_columns(bool wide) const;
  std::vector<Colour> colours(bool wide) const;
  std::vector<Row> lines(TableStyle style) const;

  std::vector<Column> columns_;
  std::vector<Row> rows_;
};

}  // namespace kencrypt::output
