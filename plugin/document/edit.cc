#include "document/edit.h"

#include <algorithm>
#include <vector>

namespace kencrypt::document {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// The line without its indentation and line break.
std::string_view content_of(std::string_view text, std::size_t begin) {
  std::string_view line = text.substr(begin, line_end(text, begin) - begin);
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
  return line;
}

std::size_t columns_before_content(std::string_view text, std::size_t begin) {
  std::size_t columns = 0;
  while (begin + columns < text.size() && is_blank(text[begin + columns])) ++columns;
  return columns;
}

// Upwards over the comment lines as far in as what they stand above, but not beyond `limit`.
std::size_t with_comments(std::string_view text, std::size_t begin, std::size_t columns, std::size_t limit) {
  while (begin > limit) {
    const std::size_t above = line_begin(text, begin - 1);
    if (above < limit || !content_of(text, above).starts_with('#') || columns_before_content(text, above) != columns)
      return begin;
    begin = above;
  }
  return begin;
}

// The end of what stands at [begin, end): a block scalar's own end is behind its last line break already.
std::size_t last_line_end(std::string_view text, std::size_t begin, std::size_t end) {
  while (end > begin && (text[end - 1] == '\n' || text[end - 1] == '\r')) --end;
  return line_end(text, end);
}

// Where the dash stands whose item begins at `offset`: in its line, or above it, where a comment is behind the dash.
std::size_t dash_of(std::string_view text, std::size_t offset, std::size_t columns) {
  std::size_t line = line_begin(text, offset);
  while (true) {
    if (line + columns < text.size() && text[line + columns] == '-') return line + columns;
    if (line == 0) return offset;
    line = line_begin(text, line - 1);
  }
}

}  // namespace

Result<SecretBytes> apply_edits(std::string_view text, std::span<const Edit> edits) {
  std::vector<const Edit*> ordered;
  for (const Edit& edit : edits) ordered.push_back(&edit);
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const Edit* a, const Edit* b) { return a->range.begin < b->range.begin; });
  SecretBytes result;
  std::size_t done = 0;
  for (const Edit* edit : ordered) {
    if (edit->range.begin < done || edit->range.end < edit->range.begin || edit->range.end > text.size())
      return fail(ErrorKind::config, "two changes of the text overlap");
    result.append(text.substr(done, edit->range.begin - done));
    result.append(edit->text.view());
    done = edit->range.end;
  }
  result.append(text.substr(done));
  return result;
}

std::string_view line_break(std::string_view text) {
  const std::size_t first = text.find('\n');
  const bool with_return = first != std::string_view::npos && first > 0 && text[first - 1] == '\r';
  return with_return ? "\r\n" : "\n";
}

std::size_t line_begin(std::string_view text, std::size_t offset) {
  if (offset == 0) return 0;
  const std::size_t before = text.rfind('\n', offset - 1);
  return before == std::string_view::npos ? 0 : before + 1;
}

std::size_t line_end(std::string_view text, std::size_t offset) {
  const std::size_t at = text.find('\n', offset);
  return at == std::string_view::npos ? text.size() : at + 1;
}

Range item_lines(std::string_view text, const Node& list, std::size_t index) {
  const Node& item = list.items.at(index);
  const std::size_t dash = dash_of(text, item.begin.offset, dash_column(text, list));
  const std::size_t limit = index == 0 ? 0 : line_end(text, list.items[index - 1].end.offset - 1);
  std::size_t begin = line_begin(text, dash);
  if (columns_before_content(text, begin) == dash - begin)  // nothing else stands before the dash
    begin = with_comments(text, begin, dash - begin, limit);
  else
    begin = dash;
  return {begin, last_line_end(text, begin, item.end.offset)};
}

Range field_lines(std::string_view text, const Node& map, std::size_t index) {
  const Field& field = map.fields.at(index);
  const std::size_t own = field.key.begin.offset;
  const std::size_t limit = index == 0 ? 0 : line_end(text, map.fields[index - 1].value.end.offset - 1);
  std::size_t begin = line_begin(text, own);
  if (columns_before_content(text, begin) == own - begin)
    begin = with_comments(text, begin, own - begin, limit);
  else
    begin = own;
  return {begin, last_line_end(text, begin, field.value.end.offset)};
}

std::size_t indentation(const Node& block) { return block.begin.column - 1; }

std::size_t dash_column(std::string_view text, const Node& list) {
  const std::size_t offset = list.items.front().begin.offset;
  const std::size_t begin = line_begin(text, offset);
  const std::size_t dash = text.substr(0, offset).find_last_not_of(" \t");
  return dash != std::string_view::npos && dash >= begin && text[dash] == '-' ? dash - begin : indentation(list);
}

}  // namespace kencrypt::document
