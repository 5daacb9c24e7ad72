// Which engine writes: this client, or the cluster's own by StorageVersionMigrations
// (docs/backends.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/flag.h"
#include "commands/environment.h"
#include "commands/output_choice.h"
#include "commands/session.h"
#include "output/value.h"
#include "rewrite/storage_migration.h"

namespace kencrypt::commands {

enum class Backend { client, storage_version_migration };

// "client", as --backend takes it and the report has it.
std::string_view backend_name(Backend backend);

cli::Flag backend_flag();

// What decides besides the server.
struct BackendQuestion {
  std::string wanted;  // the value of --backend
  bool whole_resources =
      false;             // no namespace, no names, no selector: a migration takes everything
  bool dry_run = false;  // of either kind
};

// The engine to use. Prints one line with the reason if the choice was left to us (auto). Asks the
// server only where its answer matters. Errors: usage, for a value that is none and for what a
// migration cannot do; config, where the server has no storagemigration.k8s.io/v1; those of the
// request.
Result<Backend> choose_backend(const BackendQuestion& question, Session& session,
                               Environment& environment);

// Has the cluster migrate `resources`, tells what becomes of each on standard error, and prints the
// result or the report. Returns the exit code. Errors: why it could not be begun or followed; usage,
// where a template does not fit the report.
Result<int> run_migrations(const rewrite::MigrationOptions& options, const OutputChoice& output,
                           Session& session, Environment& environment);

// The RewriteReport of such a run: counts that nobody keeps are null. For tests.
output::Value migration_document(const rewrite::MigrationReport& report);

}  // namespace kencrypt::commands
