// What a look into a backup amounts to. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "inventory/backup_tally.h"

namespace kencrypt::commands {

enum class BackupVerdict {
  verified,  // the file is whole, and everything in it decrypts and is what its key says
  unknown,   // nothing is known against it, but not everything could be checked
  failed,    // something cannot be read with these files
};

// "verified", "unknown", "failed".
std::string_view verdict_name(BackupVerdict verdict);

struct BackupJudgement {
  BackupVerdict verdict = BackupVerdict::unknown;
  std::vector<std::string> reasons;  // sentences; none if verified
};

// `checksum`: the file has one, and it is right. `prefix`: below which keys were looked at, "/registry/".
BackupJudgement judge_backup(const inventory::BackupReport& report, bool checksum, std::string_view prefix);

}  // namespace kencrypt::commands
