#include "commands/run_with.h"

#include <fmt/format.h>

#include <chrono>

#include "cli/global_flags.h"
#include "cli/parse.h"

namespace kencrypt::commands {
namespace {

void append_words(std::vector<std::string>& words, const cli::Flag& flag, const cli::ParsedFlags& flags) {
  const auto add = [&](const std::string& value) { words.push_back(fmt::format("--{}={}", flag.name, value)); };
  switch (flag.kind) {
    case cli::FlagKind::text: return add(flags.get_string(flag.name));
    case cli::FlagKind::boolean: return add(flags.get_bool(flag.name) ? "true" : "false");
    case cli::FlagKind::integer:
    case cli::FlagKind::level: return add(fmt::format("{}", flags.get_int(flag.name)));
    case cli::FlagKind::duration:
      return add(fmt::format("{}ns", std::chrono::nanoseconds(flags.get_duration(flag.name)).count()));
    case cli::FlagKind::list:
      for (const std::string& value : flags.get_list(flag.name)) add(value);
  }
}

}  // namespace

Result<int> run_with(const Command& command, std::vector<std::string> words, const cli::FlagTable& passed,
                     const cli::ParsedFlags& flags, Environment& environment) {
  for (const cli::Flag& flag : cli::merge(passed, cli::global_flags()))
    if (flags.is_declared(flag.name) && flags.was_set(flag.name)) append_words(words, flag, flags);
  TRY_ASSIGN(const cli::ParsedFlags parsed, cli::parse_flags(cli::merge(command.flags, cli::global_flags()), words));
  return command.run(parsed, environment);
}

}  // namespace kencrypt::commands
