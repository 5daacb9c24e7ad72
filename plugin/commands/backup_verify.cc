#include "commands/backup_verify.h"

#include <fmt/format.h>

#include <utility>

#include "commands/exit_code.h"
#include "commands/operands.h"
#include "etcd/endpoint_options.h"

namespace kencrypt::commands {
namespace {

constexpr output::Format kFormats[] = {output::Format::json, output::Format::yaml, output::Format::wide};

enum class VerifyFailOn { unknown, failed, none };

Result<VerifyFailOn> parse_verify_fail_on(const std::string& text) {
  if (text == "unknown") return VerifyFailOn::unknown;
  if (text == "failed") return VerifyFailOn::failed;
  if (text == "none") return VerifyFailOn::none;
  return fail(ErrorKind::usage,
              fmt::format("Invalid fail-on value ({}). Must be \"unknown\", \"failed\", or \"none\".", text));
}

Result<void> check(const cli::ParsedFlags& flags) {
  TRY(parse_operands(flags, "no words", 0));
  if (flags.get_string("snapshot").empty()) return fail(ErrorKind::usage, "give the backup: --snapshot FILE");
  if (flags.get_list("config").empty())
    return fail(ErrorKind::usage, "give the keys that it is to be read with: --config FILE");
  return {};
}

int exit_code(BackupVerdict verdict, VerifyFailOn fail_on) {
  const bool found = fail_on == VerifyFailOn::unknown ? verdict != BackupVerdict::verified : verdict == BackupVerdict::failed;
  return found && fail_on != VerifyFailOn::none ? kFindings : kDone;
}

Result<std::vector<encryption::KeyRing>> read_rings(const std::vector<std::string>& paths, BackupResult& result) {
  std::vector<encryption::KeyRing> rings;
  for (const std::string& path : paths) {
    TRY_ASSIGN(encryption::KeyRing ring, encryption::read_key_ring(path));
    result.configs.push_back({path, ring.hash()});
    rings.push_back(std::move(ring));
  }
  return rings;
}

Result<BackupResult> verify(const cli::ParsedFlags& flags) {
  BackupResult result;
  result.path = flags.get_string("snapshot");
  result.prefix = etcd::key_prefix_of(flags.get_string("etcd-prefix"));
  TRY_ASSIGN(const std::vector<encryption::KeyRing> rings, read_rings(flags.get_list("config"), result));
  TRY_ASSIGN(auto file, snapshot::SnapshotFile::open(result.path, result.prefix));
  result.facts = file.facts();
  inventory::BackupTally tally(rings, result.prefix);
  TRY(file.current([&tally](const etcd::KeyValue& entry) { return tally.take(entry); }));
  result.report = tally.finish();
  result.judgement = judge_backup(result.report, result.facts.checksum, result.prefix);
  return result;
}

}  // namespace

cli::FlagTable backup_verify_flags() {
  cli::FlagTable flags = {
      {.name = "snapshot",
       .help = "The backup: what \"etcdctl snapshot save\" wrote, or a copy of a member's snap/db.",
       .value = cli::file()},
      {.name = "config",
       .kind = cli::FlagKind::list,
       .help = "The EncryptionConfiguration file that is to open it. Give the flag again for each older file that is kept for "
               "the keys of its time. No key is kept or shown.",
       .value = cli::file()},
      {.name = "etcd-prefix",
       .default_value = "/registry",
       .help = "The prefix of the cluster's keys, as kube-apiserver's --etcd-prefix."},
      {.name = "fail-on",
       .default_value = "unknown",
       .help = "Exit with 2 if this is the answer: unknown (whatever is not verified), failed (something cannot be read), none.",
       .value = cli::one_of({"unknown", "failed", "none"})},
      document_output_flag("json, yaml, wide")};
  for (cli::Flag& flag : template_flags()) flags.push_back(std::move(flag));
  return flags;
}

Result<int> run_backup_verify(const cli::ParsedFlags& flags, Environment& environment) {
  TRY_ASSIGN(const OutputChoice choice, parse_output(flags, kFormats));
  TRY_ASSIGN(const VerifyFailOn fail_on, parse_verify_fail_on(flags.get_string("fail-on")));
  TRY(check(flags));
  TRY_ASSIGN(const BackupResult result, verify(flags));
  if (choice.is_text() || choice.format == output::Format::wide) {
    print_backup(environment.out, result,
                 {.headers = !flags.get_bool("no-headers"),
                  .wide = choice.format == output::Format::wide,
                  .colour = environment.colours.out});
  } else {
    const output::Value document = backup_document(result);
    TRY(write_document(environment.out, choice, document, document.find("keys")));
  }
  return exit_code(result.judgement.verdict, fail_on);
}

}  // namespace kencrypt::commands
