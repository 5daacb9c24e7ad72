// What `rewrite` says: the question before, the result after.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include "commands/environment.h"
#include "commands/targets.h"
#include "kube/connection.h"
#include "output/value.h"
#include "rewrite/report.h"

namespace kencrypt::commands {

enum class DryRunMode { none, client, server };

// Failures printed one by one on standard error; the document of -o json names more.
inline constexpr std::size_t kMaxFailuresPrinted = 20;

// What is about to happen, on which cluster, as whom.
std::string plan_text(const Targets& targets, std::optional<std::uint64_t> count,
                      const kube::ClientConfig& config);

// "3000 secrets: 2990 rewritten, ..." in one line.
std::string summary_text(const rewrite::Report& report, DryRunMode dry_run);

// The RewriteReport of the contract.
output::Value report_document(const rewrite::Report& report, const Targets& targets,
                              DryRunMode dry_run);

void print_failures(std::ostream& err, const rewrite::Report& report, const Targets& targets);

}  // namespace kencrypt::commands
