// Going on where an earlier run was cut off (docs/rewrite.md, "Checkpoints").
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "commands/environment.h"
#include "commands/rewrite_flags.h"
#include "commands/session.h"
#include "rewrite/checkpoint_file.h"
#include "rewrite/target.h"

namespace kencrypt::commands {

struct Resume {
  std::filesystem::path path;                     // "" : nothing is kept
  std::unique_ptr<rewrite::CheckpointFile> file;  // null: nothing is kept
  std::optional<rewrite::Checkpoint> from;        // what an earlier run has done
};

// Finds the checkpoint of this cluster and selection, and what may be believed of it. `configuration`: what
// the API servers write with (Writing::identity), where known. One of the user's own that belongs
// elsewhere is an error (config); an automatic one is then not used, and a line says why. Prints one line
// also where it goes on, and where none can be kept. `environment` must outlive the result.
Result<Resume> prepare_resume(const RewriteOptions& options, const std::vector<rewrite::Target>& targets,
                              const std::optional<std::string>& configuration, Session& session,
                              Environment& environment);

}  // namespace kencrypt::commands
