#include "output/custom_columns.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "output/go_text.h"
#include "output/jsonpath_parser.h"
#include "output/table.h"

namespace kencrypt::output {
namespace {

std::unexpected<Error> wrong(std::string message) {
  return fail(ErrorKind::usage, std::move(message));
}

// "name", ".name", "{name}" and "{.name}" are one path.
Result<jsonpath::Template> parse_path(std::string_view path) {
  if (path.empty()) return jsonpath::Template();
  const bool braces = path.size() > 2 && path.front() == '{' && path.back() == '}';
  if (braces) path = path.substr(1, path.size() - 2);
  if (path.starts_with('.') && path.size() > 1) path.remove_prefix(1);
  if (path.find_first_of("{}") != std::string_view::npos)
    return wrong(
        "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or "
        "'{.name1.name2}'");
  return jsonpath::parse(fmt::format("{{.{}}}", path));
}

Result<void> add_column(std::string_view header, std::string_view path, CustomColumns& columns) {
  TRY_ASSIGN(auto parsed, parse_path(path));
  columns.push_back({std::string(header), std::move(parsed)});
  return {};
}

std::vector<std::string_view> words(std::string_view line) {
  auto parts = split(line, ' ');
  std::vector<std::string_view> found;
  for (const std::string_view part : parts)
    for (const std::string_view word : split(part, '\t'))
      if (!trim(word).empty()) found.push_back(trim(word));
  return found;
}

Result<std::string> cell(const CustomColumn& column, const Value& row, jsonpath::Missing missing) {
  TRY_ASSIGN(const jsonpath::Selection selection, jsonpath::evaluate(column.path, row, missing));
  std::string text;
  bool any = false;
  for (const auto& part : selection.parts)
    for (const Value* value : part) text += (std::exchange(any, true) ? "," : "") + go_text(*value);
  return any ? text : std::string(kNone);
}

}  // namespace

Result<CustomColumns> parse_custom_columns(std::string_view spec) {
  CustomColumns columns;
  for (const std::string_view part : split(spec, ',')) {
    const auto colon = part.find(':');
    if (colon == std::string_view::npos)
      return wrong(fmt::format(
          "unexpected custom-columns spec: {}, expected <header>:<json-path-expr>", part));
    TRY(add_column(part.substr(0, colon), part.substr(colon + 1), columns));
  }
  return columns;
}

Result<CustomColumns> parse_custom_columns_file(std::string_view text) {
  constexpr std::string_view kExpected =
      "Expected format is one line of space separated headers, one line of space separated column "
      "specs.";
  const auto lines = split(text, '\n');
  if (text.empty())
    return wrong(fmt::format("invalid template, missing header line. {}", kExpected));
  if (lines.size() < 2 || (lines.size() == 2 && lines[1].empty()))
    return wrong(fmt::format("invalid template, missing spec line. {}", kExpected));
  const auto headers = words(lines[0]);
  const auto paths = words(lines[1]);
  if (headers.size() != paths.size())
    return wrong(fmt::format("number of headers ({}) and field specifications ({}) don't match",
                             headers.size(), paths.size()));
  CustomColumns columns;
  for (std::size_t i = 0; i < headers.size(); ++i) TRY(add_column(headers[i], paths[i], columns));
  return columns;
}

Result<void> write_custom_columns(std::ostream& out, const CustomColumns& columns,
                                  std::span<const Value> rows, bool headers,
                                  jsonpath::Missing missing) {
  std::vector<Column> titles;
  for (const CustomColumn& column : columns) titles.push_back({column.header});
  Table table(std::move(titles));
  for (const Value& row : rows) {
    std::vector<std::string> cells;
    for (const CustomColumn& column : columns) {
      TRY_ASSIGN(std::string text, cell(column, row, missing));
      cells.push_back(std::move(text));
    }
    table.add_row(std::move(cells));
  }
  table.write(out, {.headers = headers, .wide = false, .headers_alone = true});
  return {};
}

}  // namespace kencrypt::output
