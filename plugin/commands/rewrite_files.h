// The files that `rewrite` reads and writes for its user: reports and lists of objects.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "commands/rewrite_flags.h"
#include "rewrite/report.h"
#include "rewrite/target.h"

namespace kencrypt::commands {

// -f: the objects named in a file that --failed-to wrote, "-" for standard input. Empty: none. Errors: io,
// config.
Result<std::vector<rewrite::Target>> read_object_list(const std::string& path);

// Writes what --report and --failed-to ask for, whatever became of the run. Errors: io, naming the file; the
// other file is written all the same.
Result<void> write_rewrite_files(const RewriteOptions& options, const rewrite::Report& report,
                                 const std::vector<rewrite::Target>& targets);

}  // namespace kencrypt::commands
