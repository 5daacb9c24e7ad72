// `kubectl encrypt wait`: until every API server runs exactly this file, is ready, and has gone over to a KMS key.
#include <ostream>

#include "cli/common_flags.h"
#include "commands/api_servers.h"
#include "commands/command.h"
#include "commands/convergence_wait.h"
#include "commands/exit_code.h"
#include "commands/session.h"
#include "commands/wait_options.h"
#include "commands/wait_output.h"

namespace kencrypt::commands {
namespace {

Result<int> run_wait(const cli::ParsedFlags& flags, Environment& environment) {
  TRY_ASSIGN(const WaitOptions options, parse_wait(flags));
  WaitReport report{.demand = options.demand};
  TRY_ASSIGN(const auto session, open_session(flags, environment, {.max_connections = 1}));
  TRY_ASSIGN(ApiServers servers, ApiServers::open(options.api_servers, *session, environment));
  const Result<int> code = wait_for_convergence(report, {.timeout = options.timeout}, servers, *session, environment);
  // A program that reads the document wants to know who stays behind.
  if (code || !options.output.is_text()) TRY(print_wait(environment.out, report, options.output));
  TRY(code);
  return session->close(*code);
}

}  // namespace

Command wait_command() {
  return {
      .name = "wait",
      .summary = "Wait until every API server runs a configuration file, or has gone over to a KMS key",
      .help = {.description =
                   "Wait until every API server runs exactly this EncryptionConfiguration and is ready; with --kms, until every one "
                   "has gone over to the key that its KMS v2 plugin has now.\n\n"
                   "An API server reads its file when it starts, or once a minute with "
                   "--encryption-provider-config-automatic-reload. The hash of what it has loaded is compared "
                   "with that of the file (servers from 1.34 on publish it). How many servers there are is known "
                   "from their Leases.\n\n"
                   "It asks a KMS v2 plugin for the ID of its key once a minute, and may write under the former key for 3 minutes "
                   "after the plugin has last named that. Both are in its metrics.\n\n"
                   "The exit code is 0 only if all of that is known of all of them. It is 2 if those that can be "
                   "asked do and the others will never tell.",
               .examples = {{"After a key was added on every control plane node",
                             "{program} wait --config /etc/kubernetes/enc/enc.yaml"},
                            {"After the key was changed in the KMS, before a rewrite", "{program} wait --kms"},
                            {"The same where the former key is known by status -o wide",
                             "{program} wait --kms-provider vault --former-key-id-hash sha256:0123456789ab"},
                            {"Look once, without waiting", "{program} wait --config enc.yaml --timeout 0"}},
               .subcommands = {},
               .usage = "{program} wait (--config FILE | --kms) [flags] [options]",
               .closing = cli::closing_lines(false)},
      .flags = wait_flags(),
      .arguments = {},
      .run = &run_wait};
}

}  // namespace kencrypt::commands
