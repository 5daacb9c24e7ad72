#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "document/tree.h"
#include "document/utf8.h"

namespace kencrypt::document {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : text_(text) {}

  Result<Tree> read() {
    Tree tree;
    tree.json = true;
    tree.empty = false;
    TRY_ASSIGN(tree.root, read_value(0));
    skip_blanks();
    if (at_ != text_.size()) return wrong("text behind the JSON value");
    return tree;
  }

 private:
  std::unexpected<Error> wrong(std::string_view what) const {
    return fail(ErrorKind::config, fmt::format("not readable as JSON: line {}: {}", line_, what));
  }

  bool at_end() const { return at_ == text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  Place place() const { return {at_, line_, at_ - line_begin_ + 1}; }

  void skip_blanks() {
    while (!at_end() && (peek() == ' ' || peek() == '\t' || peek() == '\r' || peek() == '\n')) {
      ++at_;
      if (text_[at_ - 1] != '\n') continue;
      ++line_;
      line_begin_ = at_;
    }
  }

  bool take(char c) {
    skip_blanks();
    if (peek() != c || at_end()) return false;
    ++at_;
    return true;
  }

  Result<Node> read_value(std::size_t depth) {
    skip_blanks();
    if (++nodes_ > kMaxNodes || depth > kMaxDepth)
      return fail(ErrorKind::too_large, fmt::format("line {}: more than {} values, or more than {} levels of them",
                                                    line_, kMaxNodes, kMaxDepth));
    Node node;
    node.begin = place();
    TRY(read_into(node, depth));
    node.end = place();
    return node;
  }

  Result<void> read_into(Node& node, std::size_t depth) {
    if (peek() == '{') return read_map(node, depth);
    if (peek() == '[') return read_list(node, depth);
    if (peek() == '"') return read_text(node);
    if (peek() == '-' || is_digit(peek())) return read_number(node);
    return read_word(node);
  }

  Result<void> read_word(Node& node) {
    for (const std::string_view word : {"null", "true", "false"}) {
      if (!text_.substr(at_).starts_with(word)) continue;
      at_ += word.size();
      node.kind = word == "null" ? Kind::null : Kind::boolean;
      node.scalar = SecretBytes(word);
      return {};
    }
    return wrong(at_end() ? "the end comes too early" : "no value of JSON");
  }

  std::size_t skip_digits() {
    const std::size_t begin = at_;
    while (is_digit(peek())) ++at_;
    return at_ - begin;
  }

  Result<void> read_number(Node& node) {
    const std::size_t begin = at_;
    if (peek() == '-') ++at_;
    const bool zero = peek() == '0';
    const std::size_t digits = skip_digits();
    if (digits == 0 || (zero && digits > 1)) return wrong("no number of JSON");
    node.kind = Kind::integer;
    if (peek() == '.') {
      node.kind = Kind::number;
      ++at_;
      if (skip_digits() == 0) return wrong("no number of JSON");
    }
    if (peek() == 'e' || peek() == 'E') {
      node.kind = Kind::number;
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      if (skip_digits() == 0) return wrong("no number of JSON");
    }
    node.scalar = SecretBytes(text_.substr(begin, at_ - begin));
    if (node.kind == Kind::integer) node.whole = whole_value(node.kind, node.text());
    return {};
  }

  Result<void> read_text(Node& node) {
    node.kind = Kind::text;
    node.quoted = true;
    ++at_;
    SecretBytes raw;
    while (peek() != '"' || at_end()) {
      if (at_end() || static_cast<unsigned char>(peek()) < 0x20) return wrong("a text without its end");
      if (peek() == '\\') {
        TRY(read_escape(raw));
      } else {
        raw.append(text_.substr(at_++, 1));
      }
    }
    ++at_;
    node.scalar = replace_invalid_utf8(raw.view());
    return {};
  }

  Result<void> read_escape(SecretBytes& raw) {
    static constexpr std::string_view kNames = "\"\\/bfnrt";
    static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    ++at_;
    const std::size_t known = at_end() ? std::string_view::npos : kNames.find(peek());
    if (known != std::string_view::npos) {
      raw.append(kMeanings.substr(known, 1));
      ++at_;
      return {};
    }
    const auto first = code_unit();
    if (!first) return wrong("an escape that JSON does not have");
    append_code_point(raw, whole_pair(*first));
    return {};
  }

  // \uXXXX at `at_`, which is moved behind it.
  std::optional<std::uint32_t> code_unit() {
    const std::string_view digits = text_.substr(at_).substr(0, 5);
    if (digits.size() != 5 || digits.front() != 'u') return std::nullopt;
    std::uint32_t unit = 0;
    const auto [end, error] = std::from_chars(digits.data() + 1, digits.data() + 5, unit, 16);
    if (error != std::errc() || end != digits.data() + 5) return std::nullopt;
    at_ += 5;
    return unit;
  }

  // A half without its other half is U+FFFD.
  std::uint32_t whole_pair(std::uint32_t first) {
    if (first < 0xD800 || first > 0xDFFF) return first;
    const std::size_t before = at_;
    if (first < 0xDC00 && peek() == '\\') {
      ++at_;
      const auto second = code_unit();
      if (second && *second >= 0xDC00 && *second <= 0xDFFF)
        return 0x10000 + ((first - 0xD800) << 10U) + (*second - 0xDC00);
    }
    at_ = before;
    return 0xFFFD;
  }

  Result<void> read_list(Node& node, std::size_t depth) {
    node.kind = Kind::list;
    node.flow = true;
    ++at_;
    if (take(']')) return {};
    do {
      TRY_ASSIGN(Node item, read_value(depth + 1));
      node.items.push_back(std::move(item));
    } while (take(','));
    return take(']') ? Result<void>() : wrong("a list without its end");
  }

  Result<void> read_map(Node& node, std::size_t depth) {
    node.kind = Kind::map;
    node.flow = true;
    ++at_;
    if (take('}')) return {};
    do {
      TRY_ASSIGN(Node key, read_value(depth + 1));
      if (!key.is_text()) return wrong("a name that is no text");
      if (!take(':')) return wrong("a name without a colon");
      TRY_ASSIGN(Node value, read_value(depth + 1));
      node.fields.push_back({std::move(key), std::move(value)});
    } while (take(','));
    return take('}') ? Result<void>() : wrong("an object without its end");
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t line_begin_ = 0;
  std::size_t nodes_ = 0;
};

// unicode.IsSpace, in UTF-8.
constexpr std::array<std::string_view, 25> kBlanks = {
    " ",           "\t",          "\n",          "\v",          "\f",          "\r",          "\xC2\x85",
    "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81", "\xE2\x80\x82", "\xE2\x80\x83", "\xE2\x80\x84",
    "\xE2\x80\x85", "\xE2\x80\x86", "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A", "\xE2\x80\xA8",
    "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"};

}  // namespace

Result<Tree> parse_json_tree(std::string_view text) {
  if (text.size() > kMaxDocument) return fail(ErrorKind::too_large, fmt::format("more than {} bytes", kMaxDocument));
  return JsonReader(text).read();
}

bool is_json(std::string_view text) {
  while (true) {
    const auto blank = std::find_if(kBlanks.begin(), kBlanks.end(),
                                    [text](std::string_view one) { return text.starts_with(one); });
    if (blank == kBlanks.end()) return text.starts_with('{');
    text.remove_prefix(blank->size());
  }
}

Result<Tree> parse_as_server(std::string_view text) { return is_json(text) ? parse_json_tree(text) : parse_tree(text); }

}  // namespace kencrypt::document
