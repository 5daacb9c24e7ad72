#include "output/jsonpath_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "output/jsonpath_slice.h"
#include "output/jsonpath_token.h"
#include "output/jsonpath_unquote.h"

namespace kencrypt::output::jsonpath {
namespace {

std::unexpected<Error> malformed(std::string message) {
  return fail(ErrorKind::usage, std::move(message));
}

Result<Template> parse_nested(std::string_view text, int depth);

// The path in `inner`, as if it stood in braces of its own.
Result<Path> parse_path(std::string_view inner, int depth) {
  TRY_ASSIGN(Template nested, parse_nested(fmt::format("{{{}}}", inner), depth + 1));
  return std::move(nested.front());  // a brace in `inner` ends it: what follows is not part of it
}

// 'key' without its quotes.
std::optional<std::string_view> quoted_key(std::string_view text) {
  if (text.size() < 2 || text.front() != '\'' || text.back() != '\'') return std::nullopt;
  const auto key = text.substr(1, text.size() - 2);
  if (key.find('\'') != std::string_view::npos) return std::nullopt;
  return key;
}

std::string_view trim_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

// LEFT, OPERATOR and RIGHT of a filter; nullopt if there is no comparison in it. The operator is
// all of
// !<>= that stand together, and has to leave something for the right.
struct Comparison {
  std::string_view left, op, right;
};
std::optional<Comparison> split_comparison(std::string_view text) {
  constexpr std::string_view kOperators = "!<>=";
  const auto begin = text.find_first_of(kOperators);
  if (begin == 0 || begin == std::string_view::npos) return std::nullopt;
  auto end = std::min(text.find_first_not_of(kOperators, begin), text.size());
  if (end == text.size()) --end;
  if (end == begin) return std::nullopt;
  return Comparison{text.substr(0, begin), text.substr(begin, end - begin), text.substr(end)};
}

class Parser {
 public:
  Parser(std::string_view text, int depth) : text_(text), depth_(depth) {}

  Result<Template> parse() {
    Template found;
    while (at_ < text_.size()) {
      const auto brace = std::min(text_.find('{', at_), text_.size());
      if (brace > at_)
        found.push_back({Node{Literal{std::string(text_.substr(at_, brace - at_))}}});
      at_ = brace + 1;
      if (brace == text_.size()) break;
      TRY(action(found.emplace_back()));
    }
    return found;
  }

 private:
  bool sees(std::string_view prefix) const { return text_.substr(at_).starts_with(prefix); }

  // From behind an opening brace to behind the closing one.
  Result<void> action(Path& path) {
    while (!sees("}")) TRY(step(path));
    ++at_;
    return {};
  }

  Result<void> step(Path& path) {
    if (sees("[?(")) return filter(path);
    if (sees("..")) return descent(path);
    if (at_ >= text_.size() || is_end_of_line(text_[at_])) return malformed("unclosed action");
    switch (text_[at_]) {
      case ' ':
      case '@':
      case '$':  // the current object, either of them
        ++at_;
        return {};
      case '[':
        return brackets(path);
      case '"':
      case '\'':
        return quoted(path);
      case '.':
        ++at_;
        return field(path);
      default:
        return bare(path);
    }
  }

  Result<void> bare(Path& path) {
    const char c = text_[at_];
    if (c == '+' || c == '-' || is_digit(c)) return number(path);
    if (!is_word_character(c))
      return malformed("unrecognized character in action: " +
                       describe_character(text_.substr(at_)));
    word(path);
    return {};
  }

  void word(Path& path) {
    const std::string name(take_until_terminator(text_, at_));
    if (name == "true" || name == "false")
      path.push_back({Literal{name == "true"}});
    else
      path.push_back({Word{name}});
  }

  Result<void> number(Path& path) {
    const std::string_view digits = take_number(text_, at_);
    auto value = to_number(digits);
    if (!value) return malformed(fmt::format("cannot parse number {}", digits));
    path.push_back({Literal{*std::move(value)}});
    return {};
  }

  Result<void> descent(Path& path) {
    if (!path.empty() && std::holds_alternative<Descent>(path.back().kind))
      return malformed("invalid multiple recursive descent");
    at_ += 2;
    path.push_back({Descent{}});
    if (at_ < text_.size() && is_word_character(text_[at_])) return field(path);
    return {};
  }

  Result<void> field(Path& path) {
    std::string name(take_field(text_, at_));
    if (name == "*") {
      path.push_back({Wildcard{}});
      return {};
    }
    std::erase(name, '\\');
    path.push_back({Field{std::move(name)}});
    return {};
  }

  Result<void> quoted(Path& path) {
    const auto whole = take_quoted(text_, at_);
    if (!whole) return malformed("unterminated quoted string");
    auto text = unquote(*whole);
    if (!text) return malformed(fmt::format("unquote string {} error invalid syntax", *whole));
    path.push_back({Literal{*std::move(text)}});
    return {};
  }

  // Everything in brackets but filters.
  Result<void> brackets(Path& path) {
    const auto end = text_.find_first_of("]\n", at_ + 1);
    if (end == std::string_view::npos || text_[end] == '\n') return malformed("unterminated array");
    const std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    if (inside.find(',') != std::string_view::npos) return union_of(inside, path);
    if (const auto key = quoted_key(inside)) {
      TRY_ASSIGN(Path fields, parse_path(fmt::format(".{}", *key), depth_));
      std::ranges::move(fields, std::back_inserter(path));
      return {};
    }
    TRY_ASSIGN(const Slice slice, parse_slice(inside == "*" ? ":" : inside));
    path.push_back({slice});
    return {};
  }

  Result<void> union_of(std::string_view inside, Path& path) {
    Union all;
    for (const std::string_view part : split(inside, ',')) {
      TRY_ASSIGN(Path one, parse_path(fmt::format("[{}]", trim_blanks(part)), depth_));
      all.parts.push_back(std::move(one));
    }
    path.push_back({std::move(all)});
    return {};
  }

  Result<void> filter(Path& path) {
    at_ += 3;
    const auto inside = take_filter(text_, at_);
    if (!inside) return malformed("unterminated filter");
    if (!sees("]")) return malformed("unclosed array expect ]");
    ++at_;
    const auto comparison = split_comparison(*inside);
    Filter node;
    TRY_ASSIGN(node.left, parse_path(comparison ? comparison->left : *inside, depth_));
    if (comparison) {
      node.op = comparison->op;
      TRY_ASSIGN(node.right, parse_path(comparison->right, depth_));
    }
    path.push_back({std::move(node)});
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_;
};

Result<Template> parse_nested(std::string_view text, int depth) {
  if (depth > kMaxNesting) return malformed("nested too deeply");
  return Parser(text, depth).parse();
}

}  // namespace

Result<Template> parse(std::string_view text) { return parse_nested(text, 0); }

}  // namespace kencrypt::output::jsonpath
