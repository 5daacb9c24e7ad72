// How an operation begins, and what is to be known of the files beside the configuration meanwhile.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/parsed_flags.h"
#include "commands/environment.h"
#include "commands/rotation_options.h"
#include "rotation/journal.h"

namespace kencrypt::commands {

// sha256_label of the file's bytes; "" if there is none. Errors: io.
Result<std::string> file_hash(const std::filesystem::path& file);

// Makes the plan, shows it and asks. nullopt: there is nothing to do, or the user does not want it, which was said.
// Errors: those of rotation/plan; usage, where nobody can be asked.
Result<std::optional<rotation::Journal>> begin_rotation(const RotationOptions& options, const cli::ParsedFlags& flags,
                                                        Environment& environment);

// Prints what would be done. Returns the exit code.
int print_plan(const RotationOptions& options, const rotation::Journal& journal, Environment& environment);

// Errors: conflict, if another operation is under way, or with another key than the flags say.
Result<void> check_same(const RotationOptions& options, const cli::ParsedFlags& flags, const rotation::Journal& journal);

// An error: conflict, which says what the file says and what it should, and what to do.
std::unexpected<Error> refuse_changed_file(const std::filesystem::path& file, const rotation::Journal& journal);

// Where the old keys go: where the journal says, where the user wants them, or beside the file under a free name. Errors:
// conflict, if there is a file already where the user wants it.
Result<std::filesystem::path> archive_path(const RotationOptions& options, const rotation::Journal& journal);
// Keeps the journal's old keys, which are in `text`. Errors: config, io.
Result<void> write_archive(const std::filesystem::path& path, std::string_view text, const std::filesystem::path& file,
                           const rotation::Journal& journal);

}  // namespace kencrypt::commands
