// The checks before `rewrite` writes: asks the servers, and puts together what is found.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "control_plane/check.h"
#include "control_plane/key_history.h"
#include "control_plane/migration.h"
#include "control_plane/subject.h"
#include "control_plane/survey.h"

namespace kencrypt::control_plane {

struct Plan {
  std::vector<Subject> subjects;
  Checks skip;
  std::optional<std::uint64_t> etcd_quota;  // as the user says; nullopt: etcd's default
};

struct Findings {
  std::vector<std::string> refusals;  // a sentence or two each, with the flag that overrides it
  // "could not check ..." in one line for all checks together, without a prefix; "" if all could be
  // made.
  std::string note;
  // "sha256:...", the encryption configuration that all API servers run; nullopt where that is not
  // known.
  std::optional<std::string> configuration;
  PresentKeys keys{};  // of KMS v2 providers, where all servers that were seen name the same
};

// Makes all checks but those to skip, one request after the other. It never fails: what cannot be
// found out is in the note.
Findings preflight(const Plan& plan, const Surroundings& around);

// The keys as they are now. Errors: those of ask_first.
Result<PresentKeys> read_present_keys(const Surroundings& around);

// Versions that are served of a group of APIs, the preferred one first; none where there is no such
// group. Errors: those of the request.
Result<std::vector<std::string>> served_versions(const Surroundings& around,
                                                 std::string_view group);

// All StorageVersionMigrations of the groups and versions that the cluster serves; none where it
// serves none. Errors: those of the requests.
Result<std::vector<Migration>> read_migrations(const Surroundings& around);

}  // namespace kencrypt::control_plane
