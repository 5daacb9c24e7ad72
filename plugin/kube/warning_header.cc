#include "kube/warning_header.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"

namespace kencrypt::kube {
namespace {

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
}

// Takes a blank-separated word off the front of `rest`; empty if there is none.
std::string_view take_word(std::string_view& rest) {
  const auto space = rest.find(' ');
  if (space == std::string_view::npos) return {};
  const std::string_view word = rest.substr(0, space);
  rest.remove_prefix(space + 1);
  return word;
}

// Takes a string in double quotes with backslash escapes, and the blanks after it.
std::optional<std::string> take_quoted(std::string_view& rest) {
  if (!rest.starts_with('"')) return std::nullopt;
  std::string text;
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == '"') {
      rest = trim(rest.substr(i + 1));
      return text;
    }
    if (rest[i] == '\\' && ++i == rest.size()) break;
    text += rest[i];
  }
  return std::nullopt;
}

std::optional<int> parse_code(std::string_view word) {
  constexpr std::size_t kDigits = 3;
  int code = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), code);
  if (word.size() != kDigits || error != std::errc{} || end != word.data() + word.size() ||
      code < 0)
    return std::nullopt;
  return code;
}

// Takes one warning and the comma after it.
std::optional<ServerWarning> take_warning(std::string_view& rest) {
  const auto code = parse_code(take_word(rest));
  const std::string_view agent = take_word(rest);
  if (!code || agent.empty() || has_control_character(agent)) return std::nullopt;
  const auto text = take_quoted(rest);
  if (!text || has_control_character(*text)) return std::nullopt;
  if (rest.starts_with('"') && !take_quoted(rest)) return std::nullopt;  // the date
  if (!rest.empty() && !rest.starts_with(',')) return std::nullopt;
  rest = trim(rest.substr(rest.empty() ? 0 : 1));
  return ServerWarning{*code, std::string(agent), *text};
}

}  // namespace

std::vector<ServerWarning> parse_warnings(std::string_view header) {
  std::vector<ServerWarning> warnings;
  for (header = trim(header); !header.empty();) {
    auto warning = take_warning(header);
    if (!warning) break;
    warnings.push_back(*std::move(warning));
  }
  return warnings;
}

}  // namespace kencrypt::kube
