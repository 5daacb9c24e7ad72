#include "commands/removal_proof.h"

#include <fmt/format.h>

#include <chrono>
#include <ostream>
#include <vector>

#include "cli/global_flags.h"
#include "cli/parse.h"
#include "commands/command.h"
#include "commands/status_options.h"
#include "commands/storage_options.h"
#include "output/printable.h"

namespace kencrypt::commands {
namespace {

cli::FlagTable flags_for_status() {
  cli::FlagTable flags = {{.name = "api-server",
                           .kind = cli::FlagKind::list,
                           .help = "The address of an API server, as for status; give the flag once for each."}};
  for (cli::Flag& flag : storage_flags()) flags.push_back(std::move(flag));
  return flags;
}

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

// Those of this command line that are status's, too.
std::vector<std::string> words_for_status(const std::string& key, const std::string& file, const cli::ParsedFlags& flags) {
  std::vector<std::string> words = {"--safe-to-remove=" + key, "--config=" + file};
  for (const cli::Flag& flag : cli::merge(flags_for_status(), cli::global_flags()))
    if (flags.is_declared(flag.name) && flags.was_set(flag.name)) append_words(words, flag, flags);
  return words;
}

}  // namespace

cli::FlagTable removal_proof_flags() {
  cli::FlagTable all = {{.name = "force",
                         .kind = cli::FlagKind::boolean,
                         .help = "Take the key out without proof. What is still stored under it cannot be read any more."}};
  for (cli::Flag& flag : flags_for_status()) all.push_back(std::move(flag));
  return all;
}

Result<int> prove_removal(const std::string& key, const std::string& file, const cli::ParsedFlags& flags,
                          Environment& environment) {
  const std::vector<std::string> words = words_for_status(key, file, flags);
  TRY_ASSIGN(const cli::ParsedFlags parsed, cli::parse_flags(cli::merge(status_flags(), cli::global_flags()), words));
  TRY_ASSIGN(const int code, status_command().run(parsed, environment));
  if (code != 0)
    environment.err << output::printable(fmt::format("{} is left as it is: there is no proof that the key {} may go", file, key)) << '\n';
  return code;
}

void warn_of_removal(const std::string& key, Environment& environment) {
  environment.err << output::printable(fmt::format(
                         "Warning: nothing was looked at. Whatever is stored under {} cannot be read once the API servers have "
                         "this file: not by get or list, nor be changed, and one such object makes every list of its resource "
                         "fail. Backups of etcd need the key for as long as they are kept.",
                         key))
                  << '\n';
}

}  // namespace kencrypt::commands
