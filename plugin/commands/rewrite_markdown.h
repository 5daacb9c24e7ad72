// The report of a rewrite as Markdown, for a ticket or a wiki page.
#pragma once

#include <string>
#include <vector>

#include "commands/rewrite_output.h"
#include "rewrite/report.h"
#include "rewrite/target.h"

namespace kencrypt::commands {

std::string rewrite_markdown(const rewrite::Report& report, const std::vector<rewrite::Target>& targets,
                             DryRunMode dry_run);

}  // namespace kencrypt::commands
