#include "completion/flag_word.h"

#include <algorithm>
#include <string>
#include <utility>

#include "completion/matching.h"

namespace kencrypt::completion {
namespace {

FlagWord long_word(std::span<const cli::Flag> flags, std::string_view word) {
  const auto equals = word.find('=');
  if (equals == std::string_view::npos) return {};
  return {cli::find_long(flags, word.substr(2, equals - 2)), word.substr(equals + 1), {}};
}

// Letters up to the first that takes a value, as pflag reads them.
FlagWord letters_word(std::span<const cli::Flag> flags, std::string_view word) {
  for (std::size_t i = 1; i < word.size(); ++i) {
    const cli::Flag* flag = cli::find_letter(flags, word[i]);
    if (flag == nullptr) return {};
    const auto rest = word.substr(i + 1);
    if (rest.starts_with('=')) return {flag, rest.substr(1), {}};
    if (cli::takes_no_word(*flag)) continue;
    return rest.empty() ? FlagWord{} : FlagWord{flag, rest, word.substr(0, i + 1)};
  }
  return {};
}

bool is_given(const cli::Flag& flag, const std::vector<cli::Setting>& given) {
  return std::any_of(given.begin(), given.end(),
                     [&flag](const cli::Setting& one) { return one.flag == &flag; });
}

// Help names -h elsewhere, so that its row is hidden there.
bool is_offered(const cli::Flag& flag, const std::vector<cli::Setting>& given) {
  if (flag.hidden && flag.name != "help") return false;
  return flag.kind == cli::FlagKind::list || !is_given(flag, given);
}

// Without its period, as commands describe themselves.
std::string first_sentence(std::string_view help) {
  help = help.substr(0, help.find(". "));
  if (help.ends_with('.')) help.remove_suffix(1);
  return std::string(help);
}

// A value that may be left out can only stand behind '='. Each is offered with its name: a name
// that ends in '=' needs kNoSpace, at which cobra's script for fish takes a dash for an option and
// fails.
std::vector<Candidate> spellings(const cli::Flag& flag) {
  const std::string description = first_sentence(flag.help);
  std::vector<Candidate> all;
  if (flag.letter != 0) all.push_back({std::string{'-', flag.letter}, description});
  const bool optional = flag.kind != cli::FlagKind::boolean && !flag.without_value.empty();
  if (!optional || flag.value.words.empty()) all.push_back({"--" + flag.name, description});
  if (!optional) return all;
  for (const cli::Choice& one : flag.value.words)
    all.push_back({"--" + flag.name + "=" + one.word, one.help});
  return all;
}

}  // namespace

FlagWord take_apart(std::span<const cli::Flag> flags, std::string_view word) {
  return word.starts_with("--") ? long_word(flags, word) : letters_word(flags, word);
}

std::vector<Candidate> flag_names(std::span<const cli::Flag> flags,
                                  const std::vector<cli::Setting>& given, std::string_view word) {
  std::vector<Candidate> names;
  for (const cli::Flag& flag : flags) {
    if (!is_offered(flag, given)) continue;
    for (Candidate& one : fitting(spellings(flag), word)) names.push_back(std::move(one));
  }
  return names;
}

}  // namespace kencrypt::completion
