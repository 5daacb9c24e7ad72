#include <fmt/format.h>
#include <yaml.h>

#include <algorithm>
#include <map>
#include <optional>

#include "document/tree.h"

namespace kencrypt::document {
namespace {

// libyaml counts code points; edits need bytes.
class ByteOffsets {
 public:
  explicit ByteOffsets(std::string_view text) : size_(text.size()) {
    const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
    if (ascii) return;
    for (std::size_t i = 0; i < text.size(); ++i)
      if ((text[i] & 0xC0) != 0x80) starts_.push_back(i);
    starts_.push_back(text.size());
  }
  std::size_t of(std::size_t index) const {
    if (starts_.empty()) return std::min(index, size_);
    return starts_[std::min(index, starts_.size() - 1)];
  }

 private:
  std::size_t size_;
  std::vector<std::size_t> starts_;  // empty for a text of ASCII alone
};

class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() {
    if (event_.type == YAML_SCALAR_EVENT) wipe(event_.data.scalar.value, event_.data.scalar.length);
    yaml_event_delete(&event_);
  }
  yaml_event_t* get() { return &event_; }
  const yaml_event_t* operator->() const { return &event_; }
  std::string_view scalar() const {
    return {reinterpret_cast<const char*>(event_.data.scalar.value), event_.data.scalar.length};
  }

 private:
  yaml_event_t event_{};
};

std::string name_of(const yaml_char_t* name) { return name == nullptr ? "" : reinterpret_cast<const char*>(name); }

// The buffers hold the text, so they are wiped, too.
class Parser {
 public:
  explicit Parser(std::string_view text) {
    yaml_parser_initialize(&parser_);
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  ~Parser() {
    wipe(parser_.raw_buffer.start, static_cast<std::size_t>(parser_.raw_buffer.end - parser_.raw_buffer.start));
    wipe(parser_.buffer.start, static_cast<std::size_t>(parser_.buffer.end - parser_.buffer.start));
    yaml_parser_delete(&parser_);
  }

  // problem and context are libyaml's own words: they quote nothing of the text.
  Result<void> next(Event& event) {
    if (yaml_parser_parse(&parser_, event.get()) != 0) return {};
    const bool misread = parser_.error == YAML_READER_ERROR;
    return fail(ErrorKind::config, fmt::format("not readable as YAML: line {}: {}",
                                               misread ? parser_.mark.line + 1 : parser_.problem_mark.line + 1,
                                               parser_.problem == nullptr ? "out of memory" : parser_.problem));
  }

 private:
  yaml_parser_t parser_{};
};

class TreeReader {
 public:
  explicit TreeReader(std::string_view text) : offsets_(text), parser_(text) {}

  Result<Tree> read() {
    TRY(skip());  // the stream's begin
    Tree tree;
    {
      Event event;
      TRY(parser_.next(event));
      if (event->type == YAML_STREAM_END_EVENT) return tree;
    }
    tree.empty = false;
    TRY_ASSIGN(tree.root, next_node(0));
    TRY(skip());  // the document's end
    Event event;
    tree.more_documents = !parser_.next(event) || event->type != YAML_STREAM_END_EVENT;
    return tree;
  }

 private:
  Result<void> skip() {
    Event event;
    return parser_.next(event);
  }

  Place place(const yaml_mark_t& mark) const { return {offsets_.of(mark.index), mark.line + 1, mark.column + 1}; }

  Result<Node> next_node(std::size_t depth) {
    Event event;
    TRY(parser_.next(event));
    return read_node(event, depth);
  }

  Result<void> count(const Event& event, std::size_t depth, std::size_t more = 1) {
    nodes_ += more;
    if (nodes_ > kMaxNodes || depth > kMaxDepth)
      return fail(ErrorKind::too_large,
                  fmt::format("line {}: more than {} values, or more than {} levels of them", event->start_mark.line + 1,
                              kMaxNodes, kMaxDepth));
    return {};
  }

  Result<Node> read_node(const Event& event, std::size_t depth) {
    TRY(count(event, depth));
    switch (event->type) {
      case YAML_SCALAR_EVENT: return keep(event->data.scalar.anchor, read_scalar(event));
      case YAML_ALIAS_EVENT: return read_alias(event, depth);
      case YAML_SEQUENCE_START_EVENT: {
        const std::string anchor = name_of(event->data.sequence_start.anchor);
        TRY_ASSIGN(Node node, read_list(event, depth));
        return keep(anchor, std::move(node));
      }
      case YAML_MAPPING_START_EVENT: {
        const std::string anchor = name_of(event->data.mapping_start.anchor);
        TRY_ASSIGN(Node node, read_map(event, depth));
        return keep(anchor, std::move(node));
      }
      default: return fail(ErrorKind::config, "not readable as YAML");
    }
  }

  Result<Node> keep(const yaml_char_t* anchor, Node node) { return keep(name_of(anchor), std::move(node)); }

  // What has an anchor is kept for its aliases.
  Result<Node> keep(const std::string& anchor, Node node) {
    if (anchor.empty()) return node;
    node.shared = true;
    anchors_.insert_or_assign(anchor, node);
    return node;
  }

  Node read_scalar(const Event& event) {
    Node node;
    node.begin = place(event->start_mark);
    node.end = place(event->end_mark);
    node.scalar = SecretBytes(event.scalar());
    const auto& scalar = event->data.scalar;
    node.quoted = scalar.style != YAML_PLAIN_SCALAR_STYLE;
    node.kind = is_resolved(name_of(scalar.tag), node.quoted) ? resolve_plain(node.text()) : Kind::text;
    return node;
  }

  // Of the tags only YAML's own simple types are resolved; a scalar with any other is a text (resolve.go).
  static bool is_resolved(std::string_view tag, bool quoted) {
    if (tag.empty()) return !quoted;
    return tag == YAML_NULL_TAG || tag == YAML_BOOL_TAG || tag == YAML_INT_TAG || tag == YAML_FLOAT_TAG;
  }

  Result<Node> read_alias(const Event& event, std::size_t depth) {
    const auto found = anchors_.find(name_of(event->data.alias.anchor));
    if (found == anchors_.end())
      return fail(ErrorKind::config,
                  fmt::format("not readable as YAML: line {}: an alias without its anchor", event->start_mark.line + 1));
    Node node = found->second;
    TRY(count(event, depth + depth_of(node), size_of(node)));
    node.begin = place(event->start_mark);
    node.end = place(event->end_mark);
    node.shared = true;
    return node;
  }

  static std::size_t size_of(const Node& node) {
    std::size_t size = 1;
    for (const Node& item : node.items) size += size_of(item);
    for (const Field& field : node.fields) size += size_of(field.key) + size_of(field.value);
    return size;
  }

  static std::size_t depth_of(const Node& node) {
    std::size_t deepest = 0;
    for (const Node& item : node.items) deepest = std::max(deepest, depth_of(item));
    for (const Field& field : node.fields)
      deepest = std::max({deepest, depth_of(field.key), depth_of(field.value)});
    return deepest + 1;
  }

  Result<Node> read_list(const Event& start, std::size_t depth) {
    Node list;
    list.kind = Kind::list;
    list.begin = place(start->start_mark);
    list.flow = start->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
    while (true) {
      Event event;
      TRY(parser_.next(event));
      if (event->type == YAML_SEQUENCE_END_EVENT) {
        list.end = list.flow || list.items.empty() ? place(event->end_mark) : list.items.back().end;
        return list;
      }
      TRY_ASSIGN(Node item, read_node(event, depth + 1));
      list.items.push_back(std::move(item));
    }
  }

  Result<Node> read_map(const Event& start, std::size_t depth) {
    Node map;
    map.kind = Kind::map;
    map.begin = place(start->start_mark);
    map.flow = start->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
    while (true) {
      Event event;
      TRY(parser_.next(event));
      if (event->type == YAML_MAPPING_END_EVENT) {
        map.end = map.flow || map.fields.empty() ? place(event->end_mark) : map.fields.back().value.end;
        return map;
      }
      TRY_ASSIGN(Node key, read_node(event, depth + 1));
      TRY_ASSIGN(Node value, next_node(depth + 1));
      // A value that is left out stands nowhere: right behind the colon.
      map.fields.push_back({std::move(key), std::move(value)});
    }
  }

  ByteOffsets offsets_;
  Parser parser_;
  std::map<std::string, Node> anchors_;
  std::size_t nodes_ = 0;
};

}  // namespace

Result<Tree> parse_tree(std::string_view text) {
  if (text.size() > kMaxDocument)
    return fail(ErrorKind::too_large, fmt::format("more than {} bytes", kMaxDocument));
  return TreeReader(text).read();
}

}  // namespace kencrypt::document
