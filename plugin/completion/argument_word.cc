#include "completion/argument_word.h"

#include <algorithm>

#include "base/text.h"
#include "completion/matching.h"

namespace kencrypt::completion {
namespace {

bool has_slash(std::string_view word) { return word.find('/') != std::string_view::npos; }
bool has_comma(std::string_view word) { return word.find(',') != std::string_view::npos; }

void remove_used(std::vector<Candidate>& candidates, const std::vector<std::string_view>& used) {
  std::erase_if(candidates, [&used](const Candidate& one) {
    return std::find(used.begin(), used.end(), one.value) != used.end();
  });
}

std::vector<std::string_view> parts_of(const std::vector<std::string>& words,
                                       std::string_view more) {
  std::vector<std::string_view> parts;
  for (const std::string_view word : words)
    for (const std::string_view part : split(word, ',')) parts.push_back(part);
  for (const std::string_view part : split(more, ',')) parts.push_back(part);
  return parts;
}

std::vector<Candidate> types(const std::vector<std::string>& before, std::string_view word,
                             const Line& line, Sources& sources) {
  const CommaWord parts = split_last(word);
  auto candidates = sources.values(cli::Means::resource_types, line);
  remove_used(candidates, parts_of(before, parts.head));
  return fitting(std::move(candidates), parts.last, parts.head);
}

std::vector<Candidate> names(std::string_view type, const std::vector<std::string>& before,
                             std::string_view word, const Line& line, Sources& sources) {
  auto candidates = sources.names(type, line);
  remove_used(candidates, {before.begin(), before.end()});
  return fitting(std::move(candidates), word);
}

// "secret/a": the name, once the type is there.
Answer pair_word(const std::vector<std::string>& before, std::string_view word, const Line& line,
                 Sources& sources) {
  const auto slash = word.find('/');
  if (slash == std::string_view::npos)
    return {fitting(sources.values(cli::Means::resource_types, line), word, {}, "/"),
            kNoFiles | kNoSpace};
  const auto head = word.substr(0, slash + 1);
  auto candidates =
      fitting(sources.names(word.substr(0, slash), line), word.substr(slash + 1), head);
  remove_used(candidates, {before.begin(), before.end()});
  return {std::move(candidates)};
}

// Whether types stand beside each other: where one has a comma, or the second word is a type.
bool names_types(const std::vector<std::string>& before, std::string_view word, const Line& line,
                 Sources& sources) {
  if (has_comma(before.front()) || has_comma(word)) return true;
  return before.size() > 1 && (has_comma(before[1]) || sources.is_type(before[1], line));
}

// Behind "secrets": "secrets a b" or "secrets configmaps ..."; the second word decides. It is
// rather a name, as it is for kubectl.
Answer second_word(const std::vector<std::string>& before, std::string_view word, const Line& line,
                   Sources& sources) {
  if (names_types(before, word, line, sources)) return {types(before, word, line, sources)};
  Answer answer{names(before.front(), before, word, line, sources)};
  if (answer.candidates.empty() && before.size() == 1)
    answer.candidates = types(before, word, line, sources);
  return answer;
}

}  // namespace

Answer type_word(const std::vector<std::string>& before, std::string_view word, const Line& line,
                 Sources& sources) {
  return {types(before, word, line, sources)};
}

Answer object_word(const std::vector<std::string>& before, std::string_view word, const Line& line,
                   Sources& sources) {
  if (before.empty() && !has_slash(word)) return {types(before, word, line, sources)};
  const bool slashed = before.empty() || has_slash(before.front());
  if (slashed) return pair_word(before, word, line, sources);
  if (has_slash(word)) return {};
  return second_word(before, word, line, sources);
}

}  // namespace kencrypt::completion
