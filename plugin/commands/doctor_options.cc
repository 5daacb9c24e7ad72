#include "commands/doctor_options.h"

#include <fmt/format.h>

#include "commands/api_servers.h"
#include "commands/config_lint.h"
#include "commands/etcd_session.h"
#include "commands/qps_flag.h"

namespace kencrypt::commands {
namespace {

constexpr output::Format kFormats[] = {output::Format::json, output::Format::yaml, output::Format::wide};

Result<DoctorFailOn> parse_fail_on(const std::string& word) {
  if (word == "none") return DoctorFailOn::none;
  if (word == "error") return DoctorFailOn::error;
  if (word == "warning") return DoctorFailOn::warning;
  if (word == "unknown") return DoctorFailOn::unknown;
  return fail(ErrorKind::usage,
              fmt::format("Invalid fail-on value ({}). Must be \"error\", \"warning\", \"unknown\", or \"none\".", word));
}

Result<std::set<std::string>> parse_readers(const cli::ParsedFlags& flags) {
  std::set<std::string> readers;
  for (const std::string& reader : flags.get_list("allow-reader")) {
    const bool whole = reader.starts_with("User:") || reader.starts_with("Group:") || reader.starts_with("ServiceAccount:");
    if (!whole)
      return fail(ErrorKind::usage, fmt::format("Invalid allow-reader value ({}). Must be User:NAME, Group:NAME, or "
                                                "ServiceAccount:NAMESPACE/NAME, as the report has it.",
                                                reader));
    readers.insert(reader);
  }
  return readers;
}

cli::FlagTable file_flags() {
  return {{.name = "config",
           .help = "The EncryptionConfiguration file: it is checked, compared with what the API servers run, and opens what is "
                   "stored. Its keys are not shown.",
           .value = cli::file({"yaml", "yml", "json"})},
          {.name = "manifest",
           .help = "The manifest of a static kube-apiserver of this host: without --config and --audit-policy the files that it "
                   "names are checked as well.",
           .value = cli::file({"yaml", "yml", "json"})},
          {.name = "audit-policy",
           .help = "The audit policy of the API servers: whether contents of Secrets get into the audit log.",
           .value = cli::file({"yaml", "yml", "json"})}};
}

cli::FlagTable judging_flags() {
  return {{.name = "fail-on",
           .default_value = "error",
           .help = "Exit with 2 if there are findings of this kind: error, warning (errors, too), unknown (those, and what could "
                   "not be found out), none.",
           .value = cli::one_of({{"error", "what is broken, or lies open"},
                                 {"warning", "these, and what should not stay so"},
                                 {"unknown", "these, and what could not be found out"},
                                 {"none", "exit with 0 whatever is found"}})},
          {.name = "max-key-age",
           .kind = cli::FlagKind::integer,
           .default_value = "365",
           .help = "After how many days a key that still writes is worth a warning; 0: never."},
          {.name = "allow-reader",
           .kind = cli::FlagKind::list,
           .help = "Somebody who is meant to read all Secrets, as the report names them: User:jane, Group:ops, "
                   "ServiceAccount:backup/velero. Give the flag once for each."},
          api_server_flag("Without it they are looked for."),
          qps_flag()};
}

cli::FlagTable storage_file_flags() {
  return {{.name = "snapshot",
           .help = "A backup of etcd (\"etcdctl snapshot save\") or a copy of a member's snap/db: whether it is whole, what is in "
                   "it in plaintext, and with --config whether all of it decrypts.",
           .group = "etcd",
           .value = cli::file()},
          {.name = "wal",
           .help = "The directory of a member's write-ahead log: whether it holds anything in plaintext.",
           .group = "etcd",
           .value = cli::means(cli::Means::directory)}};
}

void add(cli::FlagTable& flags, cli::FlagTable more) {
  for (cli::Flag& flag : more) flags.push_back(std::move(flag));
}

}  // namespace

cli::FlagTable doctor_flags() {
  cli::FlagTable flags = file_flags();
  add(flags, judging_flags());
  flags.push_back(document_output_flag("json, yaml, wide"));
  add(flags, template_flags());
  add(flags, etcd_flags());
  add(flags, storage_file_flags());
  return flags;
}

Result<DoctorOptions> parse_doctor(const cli::ParsedFlags& flags) {
  if (!flags.positionals().empty())
    return fail(ErrorKind::usage, "doctor takes no arguments; give files with --config, --manifest, --audit-policy, --snapshot");
  DoctorOptions options;
  TRY_ASSIGN(options.output, parse_output(flags, kFormats));
  options.config = flags.get_string("config");
  options.manifest = flags.get_string("manifest");
  options.audit_policy = flags.get_string("audit-policy");
  options.snapshot = flags.get_string("snapshot");
  options.wal = flags.get_string("wal");
  TRY_ASSIGN(options.max_key_days, parse_max_key_age(flags));
  TRY_ASSIGN(options.fail_on, parse_fail_on(flags.get_string("fail-on")));
  TRY_ASSIGN(options.api_servers, parse_api_servers(flags.get_list("api-server")));
  TRY_ASSIGN(options.allowed_readers, parse_readers(flags));
  TRY_ASSIGN(options.max_requests_per_second, parse_qps(flags));
  return options;
}

}  // namespace kencrypt::commands
