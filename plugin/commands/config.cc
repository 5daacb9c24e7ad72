// `kubectl encrypt config`: the EncryptionConfiguration as a local file.
#include "cli/common_flags.h"
#include "commands/command.h"
#include "commands/config_change.h"
#include "commands/config_lint.h"
#include "commands/config_show.h"
#include "commands/removal_proof.h"

namespace kencrypt::commands {
namespace {

cli::FlagTable with_output(std::string_view formats, cli::FlagTable flags) {
  flags.insert(flags.begin(), cli::output_flag(formats));
  return flags;
}

Command lint_command() {
  return {.name = "lint",
          .summary = "Say whether an API server takes the file, and what is unwise in it",
          .help = {.description =
                       "Find what an API server would refuse in an EncryptionConfiguration, which else shows when it does not "
                       "start, and what it takes and is unwise. \"-\" is standard input.\n\n"
                       "The exit code is 2 if there is anything of the first kind.",
                   .examples = {{"Check a file before an API server gets it", "{program} config lint /etc/kubernetes/enc.yaml"},
                                {"The same for an API server of 1.30 that has KMS v1",
                                 "{program} config lint enc.yaml --server-version 1.30 --kms-v1"},
                                {"Show the findings in a code review", "{program} config lint enc.yaml -o sarif"}},
                   .subcommands = {},
                   .usage = "{program} config lint FILE [flags] [options]",
                   .closing = cli::closing_lines(false)},
          .flags = with_output("json, sarif", config_lint_flags()),
          .arguments = cli::file(),
          .run = &run_config_lint};
}

Command show_command() {
  return {.name = "show",
          .summary = "Show providers and keys, with fingerprints in the place of the keys",
          .help = {.description = "Show what an EncryptionConfiguration says, with fingerprints in the place of its keys, and the "
                                  "hash by which API servers report that they have loaded it.",
                   .examples = {{"Show the keys of a file", "{program} config show /etc/kubernetes/enc.yaml"}},
                   .subcommands = {},
                   .usage = "{program} config show FILE [flags] [options]",
                   .closing = cli::closing_lines(false)},
          .flags = {cli::output_flag("json, yaml")},
          .arguments = cli::file(),
          .run = &run_config_show};
}

Command init_command() {
  return {.name = "init",
          .summary = "Write a new file with a new key",
          .help = {.description = "Write a new EncryptionConfiguration with a key from the system's random generator, for its owner "
                                  "alone. A file that is there already is left as it is.",
                   .examples = {{"Begin with encryption", "{program} config init /etc/kubernetes/enc.yaml"},
                                {"With a KMS plugin", "{program} config init enc.yaml --provider=kms --kms-name=vault "
                                                      "--kms-endpoint=unix:///run/kms/plugin.sock"}},
                   .subcommands = {},
                   .usage = "{program} config init FILE [flags] [options]",
                   .closing = cli::closing_lines(false)},
          .flags = config_init_flags(),
          .arguments = cli::file(),
          .run = &run_config_init};
}

Command add_key_command() {
  return {.name = "add-key",
          .summary = "Add a new key that reads, and does not write yet",
          .help = {.description =
                       "Add a key from the system's random generator to an EncryptionConfiguration: as the second one, so that it "
                       "reads, and does not write yet. Comments and layout stay, and so does the file as it was, beside it.\n\n"
                       "With --provider=kms it is a KMS v2 plugin that is added, which has its keys elsewhere.",
                   .examples = {{"Add a new key", "{program} config add-key /etc/kubernetes/enc.yaml"},
                                {"Add a KMS plugin, to go over to it from a key of the file",
                                 "{program} config add-key enc.yaml --provider=kms --kms-name=vault "
                                 "--kms-endpoint=unix:///run/kms/plugin.sock"}},
                   .subcommands = {},
                   .usage = "{program} config add-key FILE [flags] [options]",
                   .closing = cli::closing_lines(false)},
          .flags = config_add_key_flags(),
          .arguments = cli::file(),
          .run = &run_config_add_key};
}

Command promote_command() {
  return {.name = "promote",
          .summary = "Make a key the one that writes",
          .help = {.description = "Make a key the first of its kind, so that API servers write with it. Do this when every API server "
                                  "has the file with the key in it: one that has not could not read what the others write.",
                   .examples = {{"Let the new key write", "{program} config promote key-2026-11-27 /etc/kubernetes/enc.yaml"},
                                {"Let a KMS plugin write", "{program} config promote kmsv2/vault /etc/kubernetes/enc.yaml"}},
                   .subcommands = {},
                   .usage = "{program} config promote KEY FILE [flags] [options]",
                   .closing = cli::closing_lines(false)},
          .flags = {},
          .arguments = cli::one_of_then_file({}, {"yaml", "yml", "json"}),
          .run = &run_config_promote};
}

Command remove_key_command() {
  return {.name = "remove-key",
          .summary = "Take out a key that nothing is stored under any more",
          .help = {.description =
                       "Take a key out of an EncryptionConfiguration. It refuses, with exit code 2, without the proof of \"{program} "
                       "status --safe-to-remove\" that nothing is stored under the key any more; backups from before may still need "
                       "it.",
                   .examples = {{"Take out a key that is needed no more",
                                 "{program} config remove-key aescbc/key1 /etc/kubernetes/enc.yaml"}},
                   .subcommands = {},
                   .usage = "{program} config remove-key KEY FILE [flags] [options]",
                   .closing = cli::closing_lines(false)},
          .flags = removal_proof_flags(),
          .arguments = cli::one_of_then_file({}, {"yaml", "yml", "json"}),
          .run = &run_config_remove_key};
}

}  // namespace

Command config_command() {
  return {.name = "config",
          .summary = "Check an EncryptionConfiguration file, and change its keys",
          .help = {.description =
                       "Work on the EncryptionConfiguration of an API server, as the local file that it is. No key is ever "
                       "shown.\n\n"
                       "Keys are changed in the order in which none is ever missing: \"add-key\", then \"promote\" when every "
                       "API server has that file (\"{program} wait\"), then \"{program} rewrite\", then \"remove-key\".",
                   .examples = {{"Check a file before an API server gets it", "{program} config lint /etc/kubernetes/enc.yaml"},
                                {"Begin with encryption", "{program} config init /etc/kubernetes/enc.yaml"}},
                   .subcommands = {},
                   .usage = "{program} config COMMAND [flags] [options]",
                   .closing = cli::closing_lines(true)},
          .flags = {},
          .subcommands = {lint_command(), show_command(), init_command(), add_key_command(), promote_command(),
                          remove_key_command()}};
}

}  // namespace kencrypt::commands
