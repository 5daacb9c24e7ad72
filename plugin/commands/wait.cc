// `kubectl encrypt wait`: until every API server runs exactly this file and is ready.
#include <ostream>

#include "cli/common_flags.h"
#include "commands/command.h"
#include "commands/convergence_wait.h"
#include "commands/exit_code.h"
#include "commands/output_choice.h"
#include "commands/session.h"
#include "commands/wait_output.h"
#include "encryption/encryption_keys.h"

namespace kencrypt::commands {
namespace {

constexpr output::Format kFormats[] = {output::Format::json, output::Format::yaml};
Result<int> run_wait(const cli::ParsedFlags& flags, Environment& environment) {
  TRY_ASSIGN(const OutputChoice choice, parse_output(flags, kFormats));
  if (!flags.positionals().empty())
    return fail(ErrorKind::usage, "wait takes no arguments; give the file with --config");
  WaitReport report{.file = flags.get_string("config"), .configuration = {}};
  if (report.file.empty())
    return fail(ErrorKind::usage, "--config is needed: the file that the API servers are to run");
  TRY_ASSIGN(const auto ring, encryption::read_key_ring(report.file, encryption::KeyBytes::leave));
  report.configuration = ring.hash();
  TRY_ASSIGN(const auto session, open_session(flags, environment, {.max_connections = 1}));
  const Result<int> code =
      wait_for_convergence(report, {.timeout = flags.get_duration("timeout")}, *session, environment);
  // A program that reads the document wants to know who stays behind.
  if (code || !choice.is_text()) TRY(print_wait(environment.out, report, choice));
  TRY(code);
  return session->close(*code);
}

}  // namespace

Command wait_command() {
  return {
      .name = "wait",
      .summary = "Wait until every API server runs a configuration file",
      .help = {.description =
                   "Wait until every API server runs exactly this EncryptionConfiguration and is ready.\n\n"
                   "An API server reads its file when it starts, or once a minute with "
                   "--encryption-provider-config-automatic-reload. The hash of what it has loaded is compared "
                   "with that of the file (servers from 1.34 on publish it). How many servers there are is known "
                   "from their Leases.\n\n"
                   "The exit code is 0 only if all of that is known of all of them. It is 2 if those that can be "
                   "asked run the file and the others will never tell.",
               .examples = {{"After a key was added on every control plane node",
                             "{program} wait --config /etc/kubernetes/enc/enc.yaml"},
                            {"Look once, without waiting", "{program} wait --config enc.yaml --timeout 0"}},
               .subcommands = {},
               .usage = "{program} wait --config FILE [flags] [options]",
               .closing = cli::closing_lines(false)},
      .flags = {{.name = "config",
                 .help = "The EncryptionConfiguration file that the API servers should be running, byte for byte.",
                 .value = cli::file()},
                {.name = "timeout",
                 .kind = cli::FlagKind::duration,
                 .default_value = "10m",
                 .help = "The length of time to wait before giving up. Zero means check once and don't wait."},
                document_output_flag("json, yaml"),
                template_flags()[0], template_flags()[1]},
      .arguments = {},
      .run = &run_wait};
}

}  // namespace kencrypt::commands
