#include <fmt/format.h>
#include <yaml.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/base64.h"
#include "document/tree.h"

namespace kencrypt::document {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// libyaml counts code points; edits need bytes. The mark at the beginning of a file is not counted.
class ByteOffsets {
 public:
  explicit ByteOffsets(std::string_view text) : size_(text.size()) {
    if (text.starts_with(kByteOrderMark)) before_ = kByteOrderMark.size();
    text.remove_prefix(before_);
    const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
    if (ascii) return;
    for (std::size_t i = 0; i < text.size(); ++i)
      if ((text[i] & 0xC0) != 0x80) starts_.push_back(before_ + i);
    starts_.push_back(size_);
  }
  std::size_t of(std::size_t index) const {
    if (starts_.empty()) return std::min(before_ + index, size_);
    return starts_[std::min(index, starts_.size() - 1)];
  }

 private:
  std::size_t size_;
  std::size_t before_ = 0;
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

constexpr std::string_view kBinaryTag = "tag:yaml.org,2002:binary";
constexpr std::string_view kMergeTag = "tag:yaml.org,2002:merge";

std::string name_of(const yaml_char_t* name) { return name == nullptr ? "" : reinterpret_cast<const char*>(name); }

// The buffers hold the text, so they are wiped, too.
class Parser {
 public:
  explicit Parser(std::string_view text) {
    yaml_parser_initialize(&parser_);
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
    if (parser_.problem != nullptr && parser_.problem == kStrayColon) stray_colon_ = parser_.problem_mark.index;
    const bool misread = parser_.error == YAML_READER_ERROR;
    return fail(ErrorKind::config, fmt::format("not readable as YAML: line {}: {}",
                                               misread ? parser_.mark.line + 1 : parser_.problem_mark.line + 1,
                                               parser_.problem == nullptr ? "out of memory" : parser_.problem));
  }

  // Where the parser stopped at a colon that its translation reads over; counted as marks are.
  std::optional<std::size_t> stray_colon() const { return stray_colon_; }

 private:
  static constexpr std::string_view kStrayColon = "found unexpected ':'";
  yaml_parser_t parser_{};
  std::optional<std::size_t> stray_colon_;
};

class TreeReader {
 public:
  // `colon`, which is not 0, stands for a colon where it is part of a plain scalar.
  TreeReader(std::string_view text, char colon) : text_(text), colon_(colon), offsets_(text), parser_(text) {}

  std::optional<std::size_t> stray_colon() const {
    const auto index = parser_.stray_colon();
    return index ? std::optional(offsets_.of(*index)) : std::nullopt;
  }

  Result<Tree> read() {
    TRY(skip());  // the stream's begin
    Tree tree;
    {
      Event event;
      TRY(parser_.next(event));
      if (event->type == YAML_STREAM_END_EVENT) return tree;
      TRY(check_version(event));
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

  // libyaml reads 1.2, too, its translation 1.1 alone.
  static Result<void> check_version(const Event& event) {
    const yaml_version_directive_t* version = event->data.document_start.version_directive;
    if (version == nullptr || (version->major == 1 && version->minor == 1)) return {};
    return fail(ErrorKind::config, fmt::format("not readable as YAML: line {}: the version is not 1.1",
                                               event->start_mark.line + 1));
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
      case YAML_SCALAR_EVENT: {
        TRY_ASSIGN(Node node, read_scalar(event));
        return keep(name_of(event->data.scalar.anchor), std::move(node));
      }
      case YAML_ALIAS_EVENT: return read_alias(event, depth);
      case YAML_SEQUENCE_START_EVENT: {
        const std::string anchor = open_anchor(event->data.sequence_start.anchor);
        TRY_ASSIGN(Node node, read_list(event, depth));
        return keep(anchor, std::move(node));
      }
      case YAML_MAPPING_START_EVENT: {
        const std::string anchor = open_anchor(event->data.mapping_start.anchor);
        TRY_ASSIGN(Node node, read_map(event, depth));
        return keep(anchor, std::move(node));
      }
      default: return fail(ErrorKind::config, "not readable as YAML");
    }
  }

  // Within what it stands for, an alias has nothing to stand for.
  std::string open_anchor(const yaml_char_t* anchor) {
    std::string name = name_of(anchor);
    anchors_.erase(name);
    return name;
  }

  // What has an anchor is kept for its aliases.
  Result<Node> keep(const std::string& anchor, Node node) {
    if (anchor.empty()) return node;
    node.shared = true;
    anchors_.insert_or_assign(anchor, node);
    return node;
  }

  Result<Node> read_scalar(const Event& event) {
    Node node;
    node.begin = place(event->start_mark);
    node.end = place(event->end_mark);
    node.scalar = SecretBytes(event.scalar());
    const auto& scalar = event->data.scalar;
    node.quoted = scalar.style != YAML_PLAIN_SCALAR_STYLE;
    if (!node.quoted) TRY(finish_plain(node));
    const std::string tag = name_of(scalar.tag);
    const bool plain = scalar.plain_implicit != 0;
    node.merge = node.text() == "<<" && (plain || tag == kMergeTag);
    TRY_ASSIGN(node.kind, tag.empty() ? (plain ? resolve_plain(node.text()) : Kind::text) : resolve_tagged(tag, node));
    node.whole = whole_value(node.kind, node.text());
    return node;
  }

  // Where the translation is of an older libyaml: in [] and {} a question mark ends a plain scalar, which is an error then.
  Result<void> finish_plain(Node& node) const {
    const std::string_view written = text_.substr(node.begin.offset, node.end.offset - node.begin.offset);
    if (flow_depth_ > 0 && written.find('?') != std::string_view::npos)
      return fail(ErrorKind::config, fmt::format("not readable as YAML: line {}: a question mark within a plain text",
                                                 node.begin.line));
    for (char& c : node.scalar.writable())
      if (c == colon_ && colon_ != 0) c = ':';
    return {};
  }

  // resolve() of resolve.go: of the tags only YAML's own simple types mean anything.
  static Result<Kind> resolve_tagged(std::string_view tag, Node& node) {
    if (tag == kBinaryTag) return decode_binary(node);
    const Kind kind = resolve_plain(node.text());
    const bool fits = tag == YAML_NULL_TAG    ? kind == Kind::null
                      : tag == YAML_BOOL_TAG  ? kind == Kind::boolean
                      : tag == YAML_INT_TAG   ? kind == Kind::integer
                      : tag == YAML_FLOAT_TAG ? kind == Kind::number || kind == Kind::integer
                      : tag == YAML_TIMESTAMP_TAG ? is_timestamp(node.text())
                                                  : true;
    if (!fits)
      return fail(ErrorKind::config,
                  fmt::format("not readable as YAML: line {}: a value that its tag is not for", node.begin.line));
    const bool simple = tag == YAML_NULL_TAG || tag == YAML_BOOL_TAG || tag == YAML_INT_TAG || tag == YAML_FLOAT_TAG;
    return simple ? kind : Kind::text;
  }

  static Result<Kind> decode_binary(Node& node) {
    const bool blank = node.text().find_first_of(" \t") != std::string_view::npos;
    auto bytes = decode_base64(node.text());
    if (blank || !bytes)
      return fail(ErrorKind::config,
                  fmt::format("not readable as YAML: line {}: !!binary without valid base64", node.begin.line));
    node.scalar = *std::move(bytes);
    return Kind::text;
  }

  // Of the forms that resolve.go takes only the date alone, which is what there is to write.
  static bool is_timestamp(std::string_view text) {
    return text.size() >= 8 && std::all_of(text.begin(), text.end(), [](char c) { return c == '-' || (c >= '0' && c <= '9'); });
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
    node.alias = true;
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
    const FlowLevel level(flow_depth_, list.flow);
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
    const FlowLevel level(flow_depth_, map.flow);
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

  // Counts the brackets and braces that are open.
  class FlowLevel {
   public:
    FlowLevel(std::size_t& depth, bool flow) : depth_(depth), added_(flow ? 1 : 0) { depth_ += added_; }
    FlowLevel(const FlowLevel&) = delete;
    FlowLevel& operator=(const FlowLevel&) = delete;
    ~FlowLevel() { depth_ -= added_; }

   private:
    std::size_t& depth_;
    std::size_t added_;
  };

  std::string_view text_;
  char colon_;
  ByteOffsets offsets_;
  Parser parser_;
  std::size_t flow_depth_ = 0;
  std::map<std::string, Node> anchors_;
  std::size_t nodes_ = 0;
};

// Each means one more reading of the file; nobody writes one on purpose.
constexpr std::size_t kMostStrayColons = 16;

// "[a:, b]": of libyaml's two readings the translation has the older, in which the colon belongs to the text. So it is
// read with a character in its place that the file does not have.
Result<Tree> read_with_stand_in(std::string_view text, std::size_t colon, const Error& otherwise) {
  static constexpr std::string_view kCandidates = "^~$;()<=+_";
  const std::size_t unused = kCandidates.find_first_not_of(text);
  if (unused == std::string_view::npos) return std::unexpected(otherwise);
  const char stand_in = kCandidates[unused];
  SecretBytes changed(text);
  for (std::size_t i = 0; i < kMostStrayColons; ++i) {
    if (colon >= text.size() || text[colon] != ':') break;
    changed.writable()[colon] = stand_in;
    TreeReader reader(changed.view(), stand_in);
    auto tree = reader.read();
    if (tree || !reader.stray_colon()) return tree;
    colon = *reader.stray_colon();
  }
  return std::unexpected(otherwise);
}

Result<Tree> read_text(std::string_view text) {
  TreeReader reader(text, 0);
  auto tree = reader.read();
  if (tree || !reader.stray_colon()) return tree;
  return read_with_stand_in(text, *reader.stray_colon(), tree.error());
}

// A byte order mark at the beginning of a later line: libyaml passes over it, its translation takes it for text.
bool is_inner_mark(std::string_view text, std::size_t at) {
  return at > 0 && (text[at - 1] == '\n' || text[at - 1] == '\r') && text.substr(at).starts_with(kByteOrderMark);
}

bool has_inner_mark(std::string_view text) { return text.find(kByteOrderMark, 1) != std::string_view::npos; }

// With another character of three bytes for each, so that all else stays where it is.
SecretBytes without_inner_marks(std::string_view text) {
  static constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  SecretBytes changed(text);
  for (std::size_t at = 1; (at = text.find(kByteOrderMark, at)) != std::string_view::npos; ++at)
    if (is_inner_mark(text, at)) std::ranges::copy(kReplacement, changed.writable().begin() + static_cast<std::ptrdiff_t>(at));
  return changed;
}

}  // namespace

Result<Tree> parse_tree(std::string_view text) {
  if (text.size() > kMaxDocument)
    return fail(ErrorKind::too_large, fmt::format("more than {} bytes", kMaxDocument));
  if (has_inner_mark(text)) return read_text(without_inner_marks(text).view());
  return read_text(text);
}

}  // namespace kencrypt::document
