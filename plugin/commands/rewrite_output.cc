#include "commands/rewrite_output.h"

#include <fmt/format.h>

#include <ostream>

#include "base/text.h"
#include "commands/session.h"

namespace kencrypt::commands {
namespace {

std::string counted(std::uint64_t count, std::string_view plural) {
  if (count != 1) return fmt::format("{} {}", count, plural);
  return fmt::format("1 {}", plural.substr(0, plural.size() - 1));
}

std::string_view dry_run_name(DryRunMode mode) {
  switch (mode) {
    case DryRunMode::none: return "none";
    case DryRunMode::client: return "client";
    case DryRunMode::server: return "server";
  }
  return "none";
}

std::string what_is_written(const Targets& targets, std::optional<std::uint64_t> count) {
  if (!targets.names.empty()) return counted(targets.names.size(), "secrets");
  if (count) return counted(*count, "secrets");
  return "the selected secrets";
}

output::Value failure_document(const rewrite::Failure& failure, const kube::Resource& resource) {
  return output::Value::object({{"resource", resource.group_resource()},
                                {"namespace", failure.object.name_space},
                                {"name", failure.object.name},
                                {"reason", failure.reason},
                                {"message", failure.message}});
}

}  // namespace

std::string plan_text(const Targets& targets, std::optional<std::uint64_t> count,
                      const kube::ClientConfig& config) {
  return fmt::format(
      "This writes {} in {} again, unchanged, so that the API server stores each with its present\n"
      "write key. Every API server of the cluster must already run the new encryption configuration.\n"
      "  Context: {}\n  Server:  {}\n  User:    {}\n",
      what_is_written(targets, count), describe_scope(targets),
      config.context_name.empty() ? "<none>" : config.context_name, describe_server(config),
      describe_user(config));
}

std::string summary_text(const rewrite::Report& report, DryRunMode dry_run) {
  const std::string seconds =
      fmt::format("{:.1f}s", std::chrono::duration<double>(report.duration).count());
  if (dry_run == DryRunMode::client)
    return fmt::format("{} would be rewritten (dry run)", counted(report.total, "secrets"));
  if (dry_run == DryRunMode::server)
    return fmt::format("{}: {} accepted, {} deleted meanwhile, {} failed in {} (server dry run)",
                       counted(report.total, "secrets"), report.rewritten + report.unchanged,
                       report.gone, report.failed, seconds);
  std::string text = fmt::format("{}: {} rewritten, {} already current, {} deleted meanwhile, {} failed",
                                 counted(report.total, "secrets"), report.rewritten,
                                 report.unchanged, report.gone, report.failed);
  if (report.conflicts_retried > 0)
    text += fmt::format(" ({} read again)", counted(report.conflicts_retried, "conflicts"));
  return text + " in " + seconds;
}

output::Value report_document(const rewrite::Report& report, const Targets& targets,
                              DryRunMode dry_run) {
  output::Value failures = output::Value::array();
  for (const rewrite::Failure& failure : report.failures)
    failures.push_back(failure_document(failure, targets.resource));
  output::Value document =
      output::Value::object({{"apiVersion", "kubectl-encrypt/v1"},
                             {"kind", "RewriteReport"},
                             {"backend", "client"},
                             {"total", report.total},
                             {"rewritten", report.rewritten},
                             {"unchanged", report.unchanged},
                             {"gone", report.gone},
                             {"conflictsRetried", report.conflicts_retried},
                             {"waits", report.waits},
                             {"failed", report.failed},
                             {"failures", std::move(failures)},
                             {"interrupted", report.interrupted},
                             {"seconds", std::chrono::duration<double>(report.duration).count()},
                             {"dryRun", dry_run_name(dry_run)}});
  if (report.stopped) document.set("error", report.stopped->message);
  return document;
}

void print_failures(std::ostream& err, const rewrite::Report& report, const Targets& targets) {
  const std::size_t shown = std::min(report.failures.size(), kMaxFailuresPrinted);
  for (std::size_t i = 0; i < shown; ++i) {
    const rewrite::Failure& failure = report.failures[i];
    err << fmt::format("error: {} {} was not rewritten ({}): {}\n", targets.resource.group_resource(),
                       kube::display_name(failure.object), failure.reason, failure.message);
  }
  if (report.failed > shown)
    err << fmt::format("error: {} more were not rewritten; -o json names up to {}\n",
                       report.failed - shown, rewrite::kMaxFailuresNamed);
}

}  // namespace kencrypt::commands
