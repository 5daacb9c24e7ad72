#include "commands/removal_proof.h"

#include <fmt/format.h>

#include <ostream>
#include <utility>
#include <vector>

#include "commands/command.h"
#include "commands/etcd_session.h"
#include "commands/run_with.h"
#include "commands/storage_options.h"
#include "output/printable.h"

namespace kencrypt::commands {
cli::FlagTable proof_flags() {
  cli::FlagTable flags = {{.name = "api-server",
                           .kind = cli::FlagKind::list,
                           .help = "The address of an API server, as for status; give the flag once for each."}};
  for (cli::Flag& flag : etcd_flags()) flags.push_back(std::move(flag));
  return flags;
}

cli::FlagTable where_to_look_flags() { return cli::merge(proof_flags(), storage_flags()); }

cli::FlagTable removal_proof_flags() {
  cli::FlagTable all = {{.name = "force",
                         .kind = cli::FlagKind::boolean,
                         .help = "Take the key out without proof. What is still stored under it cannot be read any more."}};
  for (cli::Flag& flag : where_to_look_flags()) all.push_back(std::move(flag));
  return all;
}

Result<int> prove_removal(const std::string& key, const std::string& file, const cli::ParsedFlags& flags,
                          Environment& environment, const std::vector<std::string>& more) {
  std::vector<std::string> words = {"--safe-to-remove=" + key, "--config=" + file};
  words.insert(words.end(), more.begin(), more.end());
  TRY_ASSIGN(const int code, run_with(status_command(), std::move(words), where_to_look_flags(), flags, environment));
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
