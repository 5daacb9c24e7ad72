// `kubectl encrypt backup`: what backups of etcd need to be read again.
#include "commands/backup_verify.h"
#include "commands/command.h"

namespace kencrypt::commands {
namespace {

Command verify_command() {
  return {.name = "verify",
          .summary = "Say whether a backup opens, and which keys it needs",
          .help = {.description =
                       "Decrypt every value of a snapshot of etcd with the keys of a file, check that each is the object that its key "
                       "in etcd says, and list the keys that this backup needs, those that are missing and those that it does not "
                       "need. No cluster is asked, and nothing is kept or shown of any object.\n\n"
                       "What only a KMS plugin could decrypt, or what is in a file without a checksum, is unknown, never "
                       "verified. The exit code is 0 if all is verified, else 2.",
                   .examples = {{"See that last night's backup can be read with today's keys",
                                 "{program} backup verify --snapshot backup.db --config /etc/kubernetes/enc.yaml"},
                                {"With a file of older keys besides",
                                 "{program} backup verify --snapshot backup.db --config enc.yaml --config enc-2025.yaml"},
                                {"List the keys that are missing",
                                 "{program} backup verify --snapshot backup.db --config enc.yaml "
                                 "-o jsonpath='{.keys[?(@.state==\"missing\")].key}'"}},
                   .subcommands = {},
                   .usage = "{program} backup verify --snapshot FILE --config FILE [flags] [options]",
                   .closing = cli::closing_lines(false)},
          .flags = backup_verify_flags(),
          .arguments = {},
          .run = &run_backup_verify};
}

}  // namespace

Command backup_command() {
  return {.name = "backup",
          .summary = "See whether a backup of etcd can be read, and which keys it needs",
          .help = {.description = "Look into backups of etcd before they are needed. A backup is worth nothing without the keys of its "
                                  "time, which a rotation since may have removed from the configuration.",
                   .examples = {{"See that last night's backup can be read with today's keys",
                                 "{program} backup verify --snapshot backup.db --config /etc/kubernetes/enc.yaml"}},
                   .subcommands = {},
                   .usage = "{program} backup COMMAND [flags] [options]",
                   .closing = cli::closing_lines(true)},
          .flags = {},
          .subcommands = {verify_command()}};
}

}  // namespace kencrypt::commands
