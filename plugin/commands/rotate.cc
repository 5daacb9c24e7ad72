// `kubectl encrypt enable`, `rotate` and `disable`: changes of what writes, from the file to the last object.
#include "cli/common_flags.h"
#include "commands/command.h"
#include "commands/rotation_options.h"
#include "commands/rotation_run.h"
#include "commands/rotation_status.h"

namespace kencrypt::commands {
namespace {

using rotation::Operation;

template <Operation operation>
Result<int> run_operation(const cli::ParsedFlags& flags, Environment& environment) {
  TRY_ASSIGN(const RotationOptions options, parse_rotation(operation, flags));
  return run_rotation(options, flags, environment);
}

constexpr const char* kResumes =
    "Where it stands is found out from the file, the API servers and a journal beside the file (FILE.rotation): it may be "
    "killed at any time, and the same command goes on. It waits after each change until every API server runs the file, and "
    "says what to put where; --push-command brings it there. It ends with exit code 2 where something has to be known that "
    "cannot be.";

Command rotate_status_command() {
  return {.name = "status",
          .summary = "Show where a change of keys stands",
          .help = {.description = "Show what an EncryptionConfiguration says, which change of keys is under way and what comes next, "
                                  "and what the API servers run, if they can be asked. It changes nothing.",
                   .examples = {{"Show where it stands", "{program} rotate status --config /etc/kubernetes/enc/enc.yaml"}},
                   .subcommands = {},
                   .usage = "{program} rotate status --config FILE [flags] [options]",
                   .closing = cli::closing_lines(false)},
          .flags = rotation_status_flags(),
          .arguments = {},
          .run = &run_rotation_status};
}

Command rotate_abort_command() {
  return {.name = "abort",
          .summary = "Take back a change of keys that has only begun",
          .help = {.description = "Forget an enable, rotate or disable that is under way. A new key that cannot have written yet is taken out of "
                                  "the file again. Where something may have been written already it refuses: bring that to its end. One "
                                  "whose file was changed by somebody else is only forgotten.",
                   .examples = {{"Take it back", "{program} rotate abort --config /etc/kubernetes/enc/enc.yaml"}},
                   .subcommands = {},
                   .usage = "{program} rotate abort --config FILE [flags] [options]",
                   .closing = cli::closing_lines(false)},
          .flags = {rotation_file_flag()},
          .arguments = {},
          .run = &run_rotation_abort};
}

}  // namespace

Command enable_command() {
  return {.name = "enable",
          .summary = "Turn on encryption at rest, step by step",
          .help = {.description = std::string("Turn on encryption at rest: a new key that every API server can read with, then write with, and then "
                                              "everything that is stored in plaintext written anew, until none of it is left. The file is "
                                              "made if there is none.\n\n") +
                                  kResumes,
                   .examples = {{"On a control plane host, with the API server's manifest",
                                 "{program} enable --config /etc/kubernetes/enc/enc.yaml --manifest "
                                 "/etc/kubernetes/manifests/kube-apiserver.yaml"},
                                {"From elsewhere, with more than Secrets", "{program} enable --config enc.yaml --resources secrets,configmaps"}},
                   .subcommands = {},
                   .usage = "{program} enable --config FILE [flags] [options]",
                   .closing = cli::closing_lines(false)},
          .flags = rotation_flags(Operation::enable),
          .arguments = {},
          .run = &run_operation<Operation::enable>};
}

Command rotate_command() {
  return {.name = "rotate",
          .summary = "Change the key, step by step, until the old one is out",
          .help = {.description = std::string("Change the key that writes, or the provider: a new key that every API server can read with, then write "
                                              "with, then everything written anew, and the old key taken out, with the proof that nothing "
                                              "is stored under it. It is kept in an archive file, for backups of etcd from before.\n\n") +
                                  kResumes,
                   .examples = {{"Change the key", "{program} rotate --config /etc/kubernetes/enc/enc.yaml"},
                                {"Go over to another provider, with proof from etcd itself",
                                 "{program} rotate --config enc.yaml --provider secretbox --etcd-endpoints https://127.0.0.1:2379 "
                                 "--etcd-cacert ca.crt --etcd-cert client.crt --etcd-key client.key"},
                                {"Bring the file to the other hosts", "{program} rotate --config enc.yaml --push-command ./to-all-hosts.sh"}},
                   .subcommands = {},
                   .usage = "{program} rotate --config FILE [flags] [options]",
                   .closing = cli::closing_lines(false)},
          .flags = rotation_flags(Operation::rotate),
          .arguments = {},
          .run = &run_operation<Operation::rotate>,
          .subcommands = {rotate_status_command(), rotate_abort_command()}};
}

Command disable_command() {
  return {.name = "disable",
          .summary = "Turn off encryption at rest, step by step",
          .help = {.description = std::string("Turn off encryption at rest: every API server writes plaintext and still reads with the keys, then everything "
                                              "is written anew, and the keys are taken out, with the proof that nothing is stored under them. "
                                              "They are kept in an archive file, for backups of etcd from before.\n\n") +
                                  kResumes,
                   .examples = {{"Turn it off", "{program} disable --config /etc/kubernetes/enc/enc.yaml"}},
                   .subcommands = {},
                   .usage = "{program} disable --config FILE [flags] [options]",
                   .closing = cli::closing_lines(false)},
          .flags = rotation_flags(Operation::disable),
          .arguments = {},
          .run = &run_operation<Operation::disable>};
}

}  // namespace kencrypt::commands
