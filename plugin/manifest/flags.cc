#include "manifest/flags.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace kencrypt::manifest {
namespace {

// "--Some_flag=value" is of the flag "Some-flag"; "" for a word that is no flag.
std::string name_of(std::string_view word) {
  if (!word.starts_with("--")) return "";
  std::string name(word.substr(2, word.find('=') == std::string_view::npos ? word.npos : word.find('=') - 2));
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

std::optional<std::string> own_value(std::string_view word) {
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  return std::string(word.substr(equals + 1));
}

bool is_complete_flag(const Word& word) { return word.text.starts_with("--") && own_value(word.text).has_value(); }

bool is_sorted(const ApiServer& server) {
  const auto begin = server.words.begin() + static_cast<std::ptrdiff_t>(server.first_flag);
  return std::all_of(begin, server.words.end(), is_complete_flag) &&
         std::is_sorted(begin, server.words.end(),
                        [](const Word& a, const Word& b) { return name_of(a.text) < name_of(b.text); });
}

// Whether the word in front of `index` cannot take the next one as its value.
bool is_safe(const ApiServer& server, std::size_t index) {
  if (index == server.first_flag) return true;
  const Word& before = server.words[index - 1];
  return is_complete_flag(before) || !before.text.starts_with('-');
}

}  // namespace

Result<std::optional<FlagUse>> find_text_flag(const ApiServer& server, std::string_view name) {
  std::optional<FlagUse> found;
  for (std::size_t i = server.first_flag; i < server.words.size(); ++i) {
    const Word& word = server.words[i];
    if (name_of(word.text) != name) continue;
    FlagUse use{.value = {}, .line = word.line, .word = i};
    if (const auto value = own_value(word.text)) {
      use.value = *value;
    } else {
      if (++i == server.words.size()) return at_line(word.line, fmt::format("--{} has no value", name));
      use = {.value = server.words[i].text, .line = word.line, .word = i, .separate = true};
    }
    if (found && found->value != use.value)
      return conflict(use.line, fmt::format("--{} is there already with another value, in line {}: leave one of them", name,
                                           found->line));
    found = std::move(use);
  }
  return found;
}

std::optional<FlagUse> find_boolean_flag(const ApiServer& server, std::string_view name) {
  std::optional<FlagUse> found;
  for (std::size_t i = server.first_flag; i < server.words.size(); ++i) {
    const Word& word = server.words[i];
    if (name_of(word.text) == name) found = {.value = own_value(word.text).value_or("true"), .line = word.line, .word = i};
  }
  return found;
}

std::optional<bool> parse_bool(std::string_view text) {
  constexpr std::array<std::string_view, 6> kTrue = {"1", "t", "T", "TRUE", "true", "True"};
  constexpr std::array<std::string_view, 6> kFalse = {"0", "f", "F", "FALSE", "false", "False"};
  if (std::find(kTrue.begin(), kTrue.end(), text) != kTrue.end()) return true;
  if (std::find(kFalse.begin(), kFalse.end(), text) != kFalse.end()) return false;
  return std::nullopt;
}

Result<std::size_t> place_for(const ApiServer& server, std::string_view name) {
  const auto& words = server.words;
  for (std::size_t i = server.first_flag; i < words.size(); ++i)
    if (words[i].text == "--") return at_line(words[i].line, "no flag can follow \"--\"");
  if (is_sorted(server)) {
    std::size_t index = server.first_flag;
    while (index < words.size() && name_of(words[index].text) < name) ++index;
    return index;
  }
  std::size_t index = words.size();
  while (!is_safe(server, index)) --index;
  return index;
}

}  // namespace kencrypt::manifest
