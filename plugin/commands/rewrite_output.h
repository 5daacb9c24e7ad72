// What `rewrite` says: the question before, the result after.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "commands/environment.h"
#include "kube/connection.h"
#include "output/value.h"
#include "rewrite/report.h"
#include "rewrite/target.h"

namespace kencrypt::commands {

enum class DryRunMode { none, client, server };

// Failures printed one by one on standard error; the document of -o json names more.
inline constexpr std::size_t kMaxFailuresPrinted = 20;

// "secrets", "secrets and configmaps", "12 resources".
std::string name_targets(const std::vector<rewrite::Target>& targets);

// What is about to happen, on which cluster, as whom. `counts`: one for each target.
std::string plan_text(const std::vector<rewrite::Target>& targets,
                      const std::vector<std::optional<std::uint64_t>>& counts,
                      const kube::ClientConfig& config);

// "3000 secrets: 2990 rewritten, ..." or "3012 objects of 2 resources: ..." in one line.
std::string summary_text(const rewrite::Report& report, const std::vector<rewrite::Target>& targets,
                         DryRunMode dry_run);

struct RewriteOptions;

// The RewriteReport of the contract.
output::Value report_document(const rewrite::Report& report, const std::vector<rewrite::Target>& targets,
                              const RewriteOptions& options);

void print_failures(std::ostream& err, const rewrite::Report& report,
                    const std::vector<rewrite::Target>& targets);

}  // namespace kencrypt::commands
