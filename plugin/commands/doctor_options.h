// The flags of `doctor`.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/flag.h"
#include "cli/parsed_flags.h"
#include "commands/output_choice.h"
#include "kube/server_url.h"

namespace kencrypt::commands {

// Each takes those before it in.
enum class DoctorFailOn { none, error, warning, unknown };

struct DoctorOptions {
  OutputChoice output;
  std::string config;        // paths; "": not given
  std::string manifest;
  std::string audit_policy;
  std::string snapshot;
  std::string wal;
  int max_key_days = 0;
  DoctorFailOn fail_on = DoctorFailOn::error;
  std::vector<kube::ServerUrl> api_servers;
  std::set<std::string> allowed_readers;  // doctor::Subject::text() of each
  double max_requests_per_second = 0;     // 0: no limit

  bool has_files() const {
    return !(config.empty() && manifest.empty() && audit_policy.empty() && snapshot.empty() && wal.empty());
  }
};

cli::FlagTable doctor_flags();

// Errors: usage; those of reading a template.
Result<DoctorOptions> parse_doctor(const cli::ParsedFlags& flags);

}  // namespace kencrypt::commands
