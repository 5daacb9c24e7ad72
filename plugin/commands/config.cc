// `kubectl encrypt config`: the EncryptionConfiguration as a local file.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/common_flags.h"
#include "commands/command.h"
#include "commands/config_change.h"
#include "commands/config_lint.h"
#include "commands/config_show.h"

namespace kencrypt::commands {
namespace {

struct Action {
  std::string_view name;
  const char* summary;
  std::string_view operands;  // as its usage shows them
  std::size_t operand_count;
  Result<int> (*run)(const std::vector<std::string>& operands, const cli::ParsedFlags& flags, Environment& environment);
};

Result<int> lint_action(const std::vector<std::string>& operands, const cli::ParsedFlags& flags, Environment& environment) {
  return run_config_lint(operands.front(), flags, environment);
}

Result<int> show_action(const std::vector<std::string>& operands, const cli::ParsedFlags& flags, Environment& environment) {
  return run_config_show(operands.front(), flags, environment);
}

constexpr std::array kActions = {
    Action{"lint", "Say whether an API server takes the file, and what is unwise in it", "FILE", 1, &lint_action},
    Action{"show", "Show providers and keys, with fingerprints in the place of the keys", "FILE", 1, &show_action},
    Action{"init", "Write a new file with a new key", "FILE", 1, &run_config_init},
    Action{"add-key", "Add a new key that reads, and does not write yet", "FILE", 1, &run_config_add_key},
    Action{"promote", "Make a key the one that writes", "KEY FILE", 2, &run_config_promote},
    Action{"remove-key", "Take out a key that nothing is stored under any more", "KEY FILE", 2, &run_config_remove_key},
};

std::string action_names() {
  std::string names;
  for (const Action& action : kActions) names += (names.empty() ? "" : ", ") + std::string(action.name);
  return names;
}

std::vector<cli::Choice> action_words() {
  std::vector<cli::Choice> words;
  for (const Action& action : kActions) words.emplace_back(action.name.data(), action.summary);
  return words;
}

std::vector<cli::Subcommand> subcommands() {
  std::vector<cli::Subcommand> all;
  for (const Action& action : kActions) all.push_back({fmt::format("{} {}", action.name, action.operands), action.summary});
  return all;
}

Result<int> run_config(const cli::ParsedFlags& flags, Environment& environment) {
  const auto& words = flags.positionals();
  if (words.empty()) return fail(ErrorKind::usage, fmt::format("Say what to do. One of: {}", action_names()));
  const auto found = std::find_if(kActions.begin(), kActions.end(),
                                  [&](const Action& action) { return action.name == words.front(); });
  if (found == kActions.end())
    return fail(ErrorKind::usage, fmt::format("unknown command \"{}\" for \"{} config\". One of: {}", words.front(),
                                              environment.program, action_names()));
  const std::vector<std::string> operands(words.begin() + 1, words.end());
  if (operands.size() != found->operand_count)
    return fail(ErrorKind::usage, fmt::format("config {} takes {}, and {} words are given", found->name, found->operands,
                                              operands.size()));
  return found->run(operands, flags, environment);
}

cli::FlagTable config_flags() {
  cli::FlagTable flags = {cli::output_flag("json, yaml, sarif")};
  for (cli::Flag& flag : config_lint_flags()) flags.push_back(std::move(flag));
  for (cli::Flag& flag : config_change_flags()) flags.push_back(std::move(flag));
  return flags;
}

}  // namespace

Command config_command() {
  return {.name = "config",
          .summary = "Check an EncryptionConfiguration file, and change its keys",
          .help = {.description =
                       "Work on the EncryptionConfiguration of an API server, as the local file that it is. No key is ever "
                       "shown.\n\n"
                       "\"lint\" finds what an API server would refuse, which else shows when it does not start, and what it "
                       "takes and is unwise. It exits with 2 if there is anything of the first kind. \"-\" is standard input.\n\n"
                       "The others change keys in the order in which none is ever missing: \"add-key\", then \"promote\" when every "
                       "API server has that file, then \"{program} rewrite\", then \"remove-key\", which refuses without the proof of "
                       "\"{program} status --safe-to-remove\". Keys come from the system's random generator. Comments and layout stay, "
                       "and so does the file as it was, beside it.",
                   .examples = {{"Check a file before an API server gets it", "{program} config lint /etc/kubernetes/enc.yaml"},
                                {"The same for an API server of 1.30 that has KMS v1",
                                 "{program} config lint enc.yaml --server-version 1.30 --kms-v1"},
                                {"Begin with encryption", "{program} config init /etc/kubernetes/enc.yaml"},
                                {"Add a new key, which does not write yet", "{program} config add-key /etc/kubernetes/enc.yaml"},
                                {"Let it write, when every API server can read with it",
                                 "{program} config promote key-2026-11-27 /etc/kubernetes/enc.yaml"},
                                {"Take out a key that is needed no more", "{program} config remove-key aescbc/key1 enc.yaml"},
                                {"Show the findings in a code review", "{program} config lint enc.yaml -o sarif"}},
                   .subcommands = subcommands(),
                   .usage = "{program} config COMMAND [flags] [options]",
                   .closing = cli::closing_lines(false)},
          .flags = config_flags(),
          .arguments = cli::file_or(action_words()),
          .run = &run_config};
}

}  // namespace kencrypt::commands
