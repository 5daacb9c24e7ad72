// The checks before `rewrite` writes, as flags and as what is printed (docs/checks.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/flag.h"
#include "cli/parsed_flags.h"
#include "commands/environment.h"
#include "commands/session.h"
#include "control_plane/preflight.h"

namespace kencrypt::commands {

struct PreflightOptions {
  control_plane::Checks skip;
  std::optional<std::uint64_t> etcd_quota;  // bytes; nullopt: etcd's default
};

// --skip-checks and --etcd-quota.
cli::FlagTable preflight_flags();

// Errors: usage.
Result<PreflightOptions> parse_preflight(const cli::ParsedFlags& flags);

// What control_plane needs of a session, which must outlive it.
control_plane::Surroundings surroundings_of(Session& session, Environment& environment);

// What the API servers write with, as far as that is known.
struct Writing {
  std::optional<std::string> configuration{};  // the hash of the encryption configuration that all of them run
  control_plane::PresentKeys keys{};           // of KMS v2 providers

  // All of it as a text that is another if anything of it is; nullopt if nothing is known.
  std::optional<std::string> identity() const;
};

// Makes the checks and prints one line if some could not be made. Errors: config, the reason to refuse; where there are
// several, all but the last are printed.
Result<Writing> run_preflight(const PreflightOptions& options,
                                                 std::vector<control_plane::Subject> subjects,
                                                 Session& session, Environment& environment);

// After a run: nothing if its keys are still those from before. Errors: config, for a key of a KMS that has changed
// meanwhile: what was written before that is under the former one.
Result<void> see_same_keys(const Writing& before, Session& session, Environment& environment);

}  // namespace kencrypt::commands
