#include "commands/target_words.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace kencrypt::commands {
namespace {

bool has_slash(const std::string& word) { return word.find('/') != std::string::npos; }
bool has_comma(std::string_view word) { return word.find(',') != std::string_view::npos; }

// "secret/a": one of each.
Result<TypeAndNames> parse_pair(const std::string& word) {
  const auto parts = split(word, '/');
  if (parts.size() != 2)
    return fail(ErrorKind::usage, "arguments in resource/name form may not have more than one slash");
  if (parts[0].empty() || parts[1].empty() || has_comma(parts[0]))
    return fail(ErrorKind::usage, "arguments in resource/name form must have a single resource and name");
  return TypeAndNames{std::string(parts[0]), {std::string(parts[1])}};
}

Result<TargetWords> parse_pairs(const std::vector<std::string>& words) {
  TargetWords parsed;
  for (const std::string& word : words) {
    TRY_ASSIGN(TypeAndNames pair, parse_pair(word));
    parsed.chosen.push_back(std::move(pair));
  }
  return parsed;
}

// "secrets,configmaps"; kubectl overlooks empty parts.
void add_types(std::string_view word, std::vector<TypeAndNames>& types) {
  for (const std::string_view type : split(word, ','))
    if (!type.empty()) types.push_back({std::string(type), {}});
}

}  // namespace

bool means_secrets(std::string_view type) {
  const std::string lower = to_lower(type);
  return lower == "secrets" || lower == "secret" || lower == "secrets.v1." || lower == "secrets.v1";
}

Result<TargetWords> parse_target_words(const std::vector<std::string>& words) {
  if (words.empty()) return TargetWords{{{"secrets", {}}}, {}};
  const auto slashed = std::count_if(words.begin(), words.end(), has_slash);
  if (static_cast<std::size_t>(slashed) == words.size()) return parse_pairs(words);
  if (slashed > 0)
    return fail(ErrorKind::usage,
                "there is no need to specify a resource type as a separate argument when passing "
                "arguments in resource/name form");
  TargetWords parsed;
  add_types(words.front(), parsed.chosen);
  if (parsed.chosen.empty() || std::find(words.begin() + 1, words.end(), "") != words.end())
    return fail(ErrorKind::usage, "a resource type or a name is empty");
  parsed.undecided.assign(words.begin() + 1, words.end());
  return parsed;
}

Result<std::vector<TypeAndNames>> decide(TargetWords words,
                                         const std::function<bool(std::string_view)>& is_type) {
  if (words.undecided.empty()) return std::move(words.chosen);
  // No object's name has a comma.
  const auto first_name =
      std::stable_partition(words.undecided.begin(), words.undecided.end(),
                     [&is_type](const std::string& word) { return has_comma(word) || is_type(word); });
  if (first_name == words.undecided.begin()) {
    for (TypeAndNames& one : words.chosen) one.names = words.undecided;
    return std::move(words.chosen);
  }
  if (first_name != words.undecided.end())
    return fail(ErrorKind::usage,
                fmt::format("\"{}\" is a resource type and \"{}\" is not: write TYPE,TYPE for several types, "
                            "or TYPE/NAME for each object",
                            words.undecided.front(), *first_name));
  for (const std::string& word : words.undecided) add_types(word, words.chosen);
  return std::move(words.chosen);
}

}  // namespace kencrypt::commands
