// `backup verify`: whether a backup opens, and which keys it needs.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/flag.h"
#include "cli/parsed_flags.h"
#include "commands/backup_verdict.h"
#include "commands/environment.h"
#include "commands/output_choice.h"
#include "inventory/backup_tally.h"
#include "output/table.h"
#include "output/value.h"
#include "snapshot/snapshot_file.h"

namespace kencrypt::commands {

struct BackupConfigFile {
  std::string path;
  std::string hash;  // as API servers report it
};

struct BackupResult {
  std::string path;    // of the snapshot
  std::string prefix;  // "/registry/"
  snapshot::SnapshotFacts facts;
  std::vector<BackupConfigFile> configs;  // FileKey::file and NeededKey::file count these
  inventory::BackupReport report;
  BackupJudgement judgement;
};

cli::FlagTable backup_verify_flags();

Result<int> run_backup_verify(const cli::ParsedFlags& flags, Environment& environment);

// Below: backup_verify_output.cc.

// The document BackupVerification.
output::Value backup_document(const BackupResult& result);

// A table of the keys, what else there is to say, and the verdict.
void print_backup(std::ostream& out, const BackupResult& result, output::TableStyle style);

}  // namespace kencrypt::commands
