#include "document/change.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "document/edit.h"
#include "document/written.h"

namespace kencrypt::document {
namespace {

Node scalar_node(Kind kind, std::string_view text) {
  Node node;
  node.kind = kind;
  node.scalar = SecretBytes(text);
  return node;
}

Node& at(Node& root, const Path& path) {
  return const_cast<Node&>(document::at(std::as_const(root), path));  // NOLINT: what is not const is given back so
}

std::unexpected<Error> not_possible(const Place& place) {
  return fail(ErrorKind::config,
              fmt::format("line {}: this is laid out so that it cannot be changed without changing something else",
                          place.line));
}

// Why, as well as it can be told: the nodes on the way may stand for others, too.
std::unexpected<Error> not_possible(const Node& root, const Path& path) {
  const Node* node = &root;
  for (std::size_t depth = 0; !node->shared && depth < path.size(); ++depth) node = &document::at(*node, {path[depth]});
  if (!node->shared) return not_possible(node->begin);
  return fail(ErrorKind::config,
              fmt::format("line {}: there is an anchor or an alias, so that a change of it changes another place, too",
                          node->begin.line));
}

char quote_at(std::string_view text, const Node& node) {
  const char c = node.begin.offset < text.size() ? text[node.begin.offset] : '\0';
  return c == '"' || c == '\'' ? c : '\0';
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool is_first_in_line(std::string_view text, std::size_t offset) {
  const std::size_t begin = line_begin(text, offset);
  return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(begin), text.begin() + static_cast<std::ptrdiff_t>(offset),
                     is_blank);
}

// Makes the edits of one change.
class Editor {
 public:
  Editor(std::string_view text, const Tree& tree, const Change& change)
      : text_(text), root_(tree.root), change_(change), target_(document::at(tree.root, change.path)) {
    style_.line_break = line_break(text);
  }

  Result<std::vector<Edit>> edits() {
    if (change_.kind == ChangeKind::set_value) return set_value();
    if (change_.kind == ChangeKind::add_field && !target_.is_map()) return not_possible(target_.begin);
    if (change_.kind == ChangeKind::insert_item && !target_.is_list()) return not_possible(target_.begin);
    take_style();
    if (target_.flow) return insert_inline();
    return change_.kind == ChangeKind::insert_item ? insert_item_lines() : add_field_lines();
  }

 private:
  std::size_t size() const { return target_.is_list() ? target_.items.size() : target_.fields.size(); }
  const Node& first_of(std::size_t index) const {
    return target_.is_list() ? target_.items[index] : target_.fields[index].key;
  }
  const Node& last_of(std::size_t index) const {
    return target_.is_list() ? target_.items[index] : target_.fields[index].value;
  }

  // The scalar beside which the new one will stand; the file's first name, where there is none.
  const Node* beside() const {
    const Node* node = &root_;
    if (size() > 0) node = &first_of(std::min(change_.index, size() - 1));
    else if (!root_.flow) return nullptr;
    while (node->is_map() && !node->fields.empty()) node = &node->fields.front().key;
    return node;
  }

  void take_style() {
    if (const Node* scalar = beside()) style_.quote = quote_at(text_, *scalar);
    if (!target_.flow || size() == 0) return;
    const Node& last = first_of(size() - 1);
    if (size() > 1)
      style_.compact = text_.substr(last_of(size() - 2).end.offset, last.begin.offset - last_of(size() - 2).end.offset) == ",";
    if (last.is_map() && !last.fields.empty() && last.fields.front().key.begin.line > last.begin.line &&
        last.fields.front().key.begin.column > last.begin.column)
      style_.step = last.fields.front().key.begin.column - last.begin.column;
  }

  std::string entry(std::size_t column) const {
    return change_.kind == ChangeKind::insert_item ? inline_text(change_.value, style_, column)
                                                   : inline_field(change_.name, change_.value, style_, column);
  }

  static std::vector<Edit> one(Range range, std::string_view text) {
    std::vector<Edit> edits;
    edits.push_back({range, SecretBytes(text)});
    return edits;
  }

  std::vector<Edit> insert_inline() const {
    if (size() == 0) return one({target_.begin.offset + 1, target_.begin.offset + 1}, entry(0));
    if (change_.kind == ChangeKind::insert_item && change_.index < size()) return inline_before();
    return inline_behind();
  }

  std::vector<Edit> inline_before() const {
    const Place place = first_of(change_.index).begin;
    const std::size_t column = place.column - 1;
    const std::string gap = is_first_in_line(text_, place.offset)
                                ? "," + std::string(style_.line_break) + std::string(column, ' ')
                                : std::string(style_.compact ? "," : ", ");
    return one({place.offset, place.offset}, entry(column) + gap);
  }

  // Behind the last one: in its line, or, if it begins one, in a line of its own below it and its comment.
  std::vector<Edit> inline_behind() const {
    const Place begin = first_of(size() - 1).begin;
    const std::size_t end = last_of(size() - 1).end.offset;
    const std::size_t column = begin.column - 1;
    const std::size_t next = text_.find_first_not_of(" \t\r\n", end);
    const bool has_comma = next != std::string_view::npos && text_[next] == ',';
    const std::size_t rest = text_.find_first_not_of(" \t,", end);
    const bool ends_line = rest != std::string_view::npos && std::string_view("\r\n#").find(text_[rest]) != std::string_view::npos;
    if (!is_first_in_line(text_, begin.offset) || !ends_line)
      return one({end, end}, (style_.compact ? "," : ", ") + entry(column));
    std::vector<Edit> edits;
    if (!has_comma) edits.push_back({{end, end}, SecretBytes(",")});
    const std::size_t line = line_end(text_, has_comma ? next : end);
    const std::size_t start = line_begin(text_, begin.offset);
    const std::string blanks(text_.substr(start, begin.offset - start));  // tabs, perhaps
    edits.push_back({{line, line}, SecretBytes(blanks + entry(column) + (has_comma ? "," : "") +
                                               std::string(style_.line_break))});
    return edits;
  }

  // Whole lines at `offset`, which is where one begins, or the end of a text whose last line has no line break.
  Result<std::vector<Edit>> insert_lines(std::size_t offset, std::string lines) const {
    if (offset > 0 && text_[offset - 1] != '\n') {
      if (offset != text_.size()) return not_possible(target_.begin);
      lines.resize(lines.size() - style_.line_break.size());
      lines.insert(0, style_.line_break);
    }
    return one({offset, offset}, lines);
  }

  Result<std::vector<Edit>> insert_item_lines() const {
    const bool behind = change_.index >= size();
    const Range lines = item_lines(text_, target_, behind ? size() - 1 : change_.index);
    return insert_lines(behind ? lines.end : lines.begin, item_text(change_.value, style_, dash_column(text_, target_)));
  }

  Result<std::vector<Edit>> add_field_lines() const {
    const std::size_t end = field_lines(text_, target_, size() - 1).end;
    return insert_lines(end, field_text(change_.name, change_.value, style_, key_column(target_), list_step(target_)));
  }

  static std::size_t key_column(const Node& map) { return map.fields.front().key.begin.column - 1; }

  // How much further in than the names the lists of this mapping have their dashes.
  std::size_t list_step(const Node& map) const {
    for (const Field& field : map.fields) {
      if (!field.value.is_list() || field.value.flow || field.value.items.empty()) continue;
      const std::size_t column = dash_column(text_, field.value);
      if (column >= key_column(map)) return column - key_column(map);
    }
    return 0;
  }

  Result<std::vector<Edit>> set_value() {
    style_.quote = quote_at(text_, target_);
    const Range own = {target_.begin.offset, target_.end.offset};
    if (own.end > own.begin) return one(own, inline_text(change_.value, style_));
    if (change_.path.empty() || !change_.value.is_list()) return not_possible(target_.begin);
    Path parent = change_.path;
    parent.pop_back();
    const Node& map = document::at(root_, parent);
    if (!map.is_map() || map.flow) return not_possible(target_.begin);
    std::string lines;
    for (const Node& item : change_.value.items) lines += item_text(item, style_, key_column(map) + list_step(map));
    return insert_lines(line_end(text_, own.end), lines);
  }

  std::string_view text_;
  const Node& root_;
  const Change& change_;
  const Node& target_;
  Style style_;
};

void change_tree(Node& root, const Change& change) {
  Node& target = at(root, change.path);
  switch (change.kind) {
    case ChangeKind::insert_item:
      target.items.insert(target.items.begin() + static_cast<std::ptrdiff_t>(std::min(change.index, target.items.size())),
                          change.value);
      break;
    case ChangeKind::add_field: target.fields.push_back({text_node(change.name), change.value}); break;
    case ChangeKind::set_value: target = change.value; break;
  }
}

}  // namespace

Node text_node(std::string_view text) { return scalar_node(Kind::text, text); }

Node true_node() { return scalar_node(Kind::boolean, "true"); }

Node list_node(std::vector<Node> items) {
  Node list;
  list.kind = Kind::list;
  list.items = std::move(items);
  return list;
}

Node map_node(std::vector<std::pair<std::string_view, Node>> fields) {
  Node map;
  map.kind = Kind::map;
  for (auto& [name, value] : fields) map.fields.push_back({text_node(name), std::move(value)});
  return map;
}

bool same_value(const Node& a, const Node& b) {
  return a.kind == b.kind && a.scalar == b.scalar &&
         std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), same_value) &&
         std::equal(a.fields.begin(), a.fields.end(), b.fields.begin(), b.fields.end(),
                    [](const Field& x, const Field& y) { return same_value(x.key, y.key) && same_value(x.value, y.value); });
}

const Node& at(const Node& root, const Path& path) {
  const Node* node = &root;
  for (const std::size_t step : path) node = node->is_list() ? &node->items.at(step) : &node->fields.at(step).value;
  return *node;
}

Result<SecretBytes> make_change(std::string_view text, const Tree& tree, const Change& change) {
  const auto edits = Editor(text, tree, change).edits();
  if (!edits) return not_possible(tree.root, change.path);
  TRY_ASSIGN(SecretBytes changed, apply_edits(text, *edits));
  const Result<Tree> read = tree.json ? parse_json_tree(changed.view()) : parse_tree(changed.view());
  Node wanted = tree.root;
  change_tree(wanted, change);
  if (!read || !same_value(read->root, wanted) || read->more_documents != tree.more_documents)
    return not_possible(tree.root, change.path);
  return changed;
}

}  // namespace kencrypt::document
