// `kubectl encrypt status`: which door to look through; what each shows is printed the same way.
#include <sstream>

#include "base/replace_file.h"
#include "cli/common_flags.h"
#include "commands/census_door.h"
#include "commands/command.h"
#include "commands/status_options.h"
#include "commands/storage_door.h"

namespace kencrypt::commands {
namespace {

Result<int> look(const StatusOptions& options, const cli::ParsedFlags& flags, Environment& environment) {
  TRY_ASSIGN(const StorageOptions storage, parse_storage(flags, options.config ? &*options.config : nullptr));
  if (storage.door != StorageDoor::none) return run_storage_door(options, storage, flags, environment);
  return run_census_door(options, flags, environment);
}

// A report is of namespaces and keys, so that it fits into memory, and whoever reads the file meanwhile finds a whole one.
Result<int> look_into_file(const StatusOptions& options, const cli::ParsedFlags& flags, const Environment& environment) {
  std::ostringstream text;
  Environment redirected{.program = environment.program,
                         .arguments = environment.arguments,
                         .variables = environment.variables,
                         .in = environment.in,
                         .out = text,
                         .err = environment.err,
                         .terminals = environment.terminals,
                         .clock = environment.clock,
                         .connect = environment.connect,
                         .watch_interrupts = environment.watch_interrupts,
                         .colours = {.out = false, .err = environment.colours.err},
                         .kubectl = environment.kubectl};
  redirected.terminals.out = false;
  TRY_ASSIGN(const int code, look(options, flags, redirected));
  TRY(replace_file(options.output_file, text.view(), Sync::yes, Access::readable));
  return code;
}

Result<int> run_status(const cli::ParsedFlags& flags, Environment& environment) {
  TRY_ASSIGN(const StatusOptions options, parse_status(flags));
  return options.output_file.empty() ? look(options, flags, environment) : look_into_file(options, flags, environment);
}

}  // namespace

Command status_command() {
  return {
      .name = "status",
      .summary = "Show under which provider and key Secrets are stored, by namespace",
      .help =
          {.description =
               "Show how many Secrets, or objects of other types, each namespace holds and under "
               "which provider and key they are stored.\n\n"
               "It only reads, and only metadata: each object is read by name, and the API "
               "server's own counters before and after tell what it had to decrypt. That needs "
               "the right to get, list secrets and to get /metrics. What cannot be known is "
               "reported as unknown, never guessed.",
           .examples = {{"Show the coverage of all namespaces", "{program} status"},
                        {"Tell current from stale by the configuration file",
                         "{program} status --config /etc/kubernetes/enc.yaml"},
                        {"Fail in a pipeline if anything is still in plaintext",
                         "{program} status --fail-on=plaintext"},
                        {"Name the Secrets that are still under an old key",
                         "{program} status --find stale -o name"},
                        {"Look at everything that a configuration encrypts, or may have encrypted",
                         "{program} status --config /etc/kubernetes/enc.yaml --all-resources"},
                        {"See what etcd itself holds, as proof",
                         "{program} status --etcd-endpoints https://127.0.0.1:2379 --etcd-cacert ca.crt "
                         "--etcd-cert client.crt --etcd-key client.key --config enc.yaml"},
                        {"Look into a backup, and see that all of it decrypts with these keys",
                         "{program} status --snapshot backup.db --config enc.yaml --decrypt --all-resources"},
                        {"Ask whether a key may go", "{program} status --config enc.yaml --safe-to-remove key1"},
                        {"Show how many objects are under each key", "{program} status --by=key"},
                        {"Print everything for a program", "{program} status -o json"},
                        {"Leave metrics for Prometheus",
                         "{program} status -o prometheus --output-file /var/lib/node_exporter/kubectl_encrypt.prom"}},
           .subcommands = {},
           .usage = "{program} status [TYPE...] [flags] [options]",
           .closing = cli::closing_lines(false)},
      .flags = status_flags(),
      .arguments = cli::means(cli::Means::resource_types),
      .run = &run_status};
}

}  // namespace kencrypt::commands
