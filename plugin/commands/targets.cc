#include "commands/targets.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/common_flags.h"
#include "commands/target_words.h"

namespace kencrypt::commands {
namespace {

Result<void> check_type(std::string_view type) {
  if (means_secrets(type)) return {};
  return fail(ErrorKind::usage,
              fmt::format("resource type \"{}\" is not supported: this command works on secrets", type));
}

// The names in "secret/a secret/b" or "secrets a b"; empty for "secrets" alone or nothing.
Result<std::vector<std::string>> names_in(const std::vector<std::string>& words) {
  std::vector<std::string> names;
  if (words.empty()) return names;
  const bool slashed = words.front().find('/') != std::string::npos;
  if (!slashed) {
    TRY(check_type(words.front()));
    names.assign(words.begin() + 1, words.end());
  }
  for (const std::string& word : words) {
    if (!slashed && &word == &words.front()) continue;
    const auto slash = word.find('/');
    if ((slash != std::string::npos) != slashed)
      return fail(ErrorKind::usage,
                  "there is no need to specify a resource type as a separate argument when passing "
                  "arguments in resource/name form");
    if (!slashed) continue;
    TRY(check_type(word.substr(0, slash)));
    names.push_back(word.substr(slash + 1));
  }
  if (std::find(names.begin(), names.end(), "") != names.end())
    return fail(ErrorKind::usage, "arguments in resource/name form must have a single resource and name");
  return names;
}

}  // namespace

cli::FlagTable target_flags() {
  return {cli::all_namespaces_flag(), cli::selector_flag(), cli::field_selector_flag()};
}

Result<Targets> parse_targets(const cli::ParsedFlags& flags, std::string_view context_namespace) {
  Targets targets;
  const std::string& name_space = flags.get_string("namespace");
  const bool all = flags.get_bool("all-namespaces");
  targets.selection.label_selector = flags.get_string("selector");
  targets.selection.field_selector = flags.get_string("field-selector");
  if (!all) targets.selection.name_space = name_space;
  TRY_ASSIGN(const auto names, names_in(flags.positionals()));
  if (names.empty()) return targets;
  if (all)
    return fail(ErrorKind::usage, "a resource cannot be retrieved by name across all namespaces");
  if (!targets.selection.label_selector.empty() || !targets.selection.field_selector.empty())
    return fail(ErrorKind::usage, "name cannot be provided when a selector is specified");
  for (const std::string& name : names)
    targets.names.push_back({name_space.empty() ? std::string(context_namespace) : name_space, name});
  std::sort(targets.names.begin(), targets.names.end());
  targets.names.erase(std::unique(targets.names.begin(), targets.names.end()), targets.names.end());
  return targets;
}

}  // namespace kencrypt::commands
