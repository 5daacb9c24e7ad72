#include "commands/rewrite_output.h"

#include <fmt/format.h>

#include <ostream>

#include "base/text.h"
#include "commands/rewrite_flags.h"
#include "commands/session.h"

namespace kencrypt::commands {
namespace {

using Targets = std::vector<rewrite::Target>;
using Counts = std::vector<std::optional<std::uint64_t>>;

// Resources named one by one in a sentence; beyond that they are counted, or have a line each.
constexpr std::size_t kMaxNamed = 3;

// "secret", "networkpolicy.networking.k8s.io", "ingress.networking.k8s.io": for one object, as kubectl names it.
std::string singular(const kube::Resource& resource) {
  std::string word = resource.plural;
  if (word.ends_with("ies"))
    word.replace(word.size() - 3, 3, "y");
  else if (word.ends_with("sses") || word.ends_with("xes") || word.ends_with("ches"))
    word.resize(word.size() - 2);
  else if (word.ends_with("s"))
    word.resize(word.size() - 1);
  return resource.group.empty() ? word : fmt::format("{}.{}", word, resource.group);
}

std::string counted(std::uint64_t count, const kube::Resource& resource) {
  return count == 1 ? "1 " + singular(resource) : fmt::format("{} {}", count, resource.group_resource());
}

// "a", "a and b", "a, b and c"
std::string enumerate(const std::vector<std::string>& words) {
  std::string text = words.front();
  for (std::size_t i = 1; i < words.size(); ++i)
    text += (i + 1 == words.size() ? " and " : ", ") + words[i];
  return text;
}

std::string_view dry_run_name(DryRunMode mode) {
  switch (mode) {
    case DryRunMode::none: return "none";
    case DryRunMode::client: return "client";
    case DryRunMode::server: return "server";
  }
  return "none";
}

// "3000 secrets", "the selected secrets" where the server does not say how many.
std::string written(const rewrite::Target& target, std::optional<std::uint64_t> count) {
  if (!target.names.empty()) return counted(target.names.size(), target.resource);
  if (count) return counted(*count, target.resource);
  return "the selected " + target.resource.group_resource();
}

std::string what_is_written(const Targets& targets, const Counts& counts) {
  if (targets.size() > kMaxNamed) return fmt::format("the objects of {} resources", targets.size());
  std::vector<std::string> words;
  for (std::size_t i = 0; i < targets.size(); ++i) words.push_back(written(targets[i], counts[i]));
  return enumerate(words);
}

// Where there are too many for a sentence.
std::string one_a_line(const Targets& targets, const Counts& counts) {
  std::string lines;
  for (std::size_t i = 0; i < targets.size() && targets.size() > kMaxNamed; ++i)
    lines += fmt::format("  {}\n", written(targets[i], counts[i]));
  return lines;
}

// " in all namespaces", " in namespace \"x\"", or nothing for what is in none.
std::string scope(const Targets& targets) {
  for (const rewrite::Target& target : targets) {
    if (!target.resource.namespaced) continue;
    const std::string& name_space =
        target.names.empty() ? target.selection.name_space : target.names.front().name_space;
    return name_space.empty() ? " in all namespaces" : fmt::format(" in namespace \"{}\"", name_space);
  }
  return "";
}

// "3000 secrets", "3012 objects of 2 resources"
std::string total(const rewrite::Report& report, const Targets& targets) {
  if (targets.size() == 1) return counted(report.total, targets.front().resource);
  return fmt::format("{} object{} of {} resources", report.total, report.total == 1 ? "" : "s", targets.size());
}

output::Value resource_names(const Targets& targets) {
  output::Value names = output::Value::array();
  for (const rewrite::Target& target : targets) names.push_back(target.resource.group_resource());
  return names;
}

output::Value failure_document(const rewrite::Failure& failure, const kube::Resource& resource) {
  return output::Value::object({{"resource", resource.group_resource()},
                                {"namespace", failure.object.name_space},
                                {"name", failure.object.name},
                                {"reason", failure.reason},
                                {"message", failure.message}});
}

std::string_view strategy_name(rewrite::Strategy strategy) {
  return strategy == rewrite::Strategy::patch ? "patch" : "replace";
}

output::Value pass_documents(const rewrite::Report& report) {
  output::Value passes = output::Value::array();
  for (const rewrite::Pass& pass : report.passes)
    passes.push_back(output::Value::object({{"total", pass.total},
                                            {"rewritten", pass.rewritten},
                                            {"unchanged", pass.unchanged},
                                            {"gone", pass.gone},
                                            {"failed", pass.failed}}));
  return passes;
}

output::Value unlisted_documents(const rewrite::Report& report, const Targets& targets) {
  output::Value unlisted = output::Value::array();
  for (const rewrite::Unlisted& one : report.unlisted)
    unlisted.push_back(output::Value::object({{"resource", targets.at(one.target).resource.group_resource()},
                                              {"message", one.error.message}}));
  return unlisted;
}

}  // namespace

std::string name_targets(const Targets& targets) {
  if (targets.size() > kMaxNamed) return fmt::format("{} resources", targets.size());
  std::vector<std::string> words;
  for (const rewrite::Target& target : targets) words.push_back(target.resource.group_resource());
  return enumerate(words);
}

std::string plan_text(const Targets& targets, const Counts& counts, const kube::ClientConfig& config) {
  return fmt::format(
      "This writes {}{} again, unchanged, so that the API server stores each with its present\n"
      "write key. Every API server of the cluster must already run the new encryption configuration.\n"
      "{}  Context: {}\n  Server:  {}\n  User:    {}\n",
      what_is_written(targets, counts), scope(targets), one_a_line(targets, counts),
      config.context_name.empty() ? "<none>" : config.context_name, describe_server(config),
      describe_user(config));
}

std::string summary_text(const rewrite::Report& report, const Targets& targets, DryRunMode dry_run) {
  const std::string seconds =
      fmt::format("{:.1f}s", std::chrono::duration<double>(report.duration).count());
  if (dry_run == DryRunMode::client)
    return fmt::format("{} would be rewritten (dry run)", total(report, targets));
  if (dry_run == DryRunMode::server)
    return fmt::format("{}: {} accepted, {} deleted meanwhile, {} failed in {} (server dry run)",
                       total(report, targets), report.rewritten + report.unchanged,
                       report.gone, report.failed, seconds);
  std::string text = fmt::format("{}: {} rewritten, {} already current, {} deleted meanwhile, {} failed",
                                 total(report, targets), report.rewritten,
                                 report.unchanged, report.gone, report.failed);
  if (report.passes.size() > 1) text += fmt::format(" in {} passes", report.passes.size());
  if (report.conflicts_retried > 0)
    text += fmt::format(" ({} conflict{} read again)", report.conflicts_retried,
                        report.conflicts_retried == 1 ? "" : "s");
  return text + " in " + seconds;
}

output::Value report_document(const rewrite::Report& report, const Targets& targets,
                              const RewriteOptions& options) {
  output::Value failures = output::Value::array();
  for (const rewrite::Failure& failure : report.failures)
    failures.push_back(failure_document(failure, targets.at(failure.target).resource));
  output::Value document =
      output::Value::object({{"apiVersion", "kubectl-encrypt/v1"},
                             {"kind", "RewriteReport"},
                             {"backend", "client"},
                             {"resources", resource_names(targets)},
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
                             {"dryRun", dry_run_name(options.dry_run)},
                             {"strategy", strategy_name(options.engine.strategy)},
                             {"resumed", report.resumed},
                             {"passes", pass_documents(report)}});
  if (!report.unlisted.empty()) document.set("unlisted", unlisted_documents(report, targets));
  if (report.stopped) document.set("error", report.stopped->message);
  return document;
}

void print_failures(std::ostream& err, const rewrite::Report& report, const Targets& targets) {
  for (const rewrite::Unlisted& one : report.unlisted)
    err << fmt::format("error: {} could not be listed to the end: {}\n",
                       targets.at(one.target).resource.group_resource(), one.error.message);
  const std::size_t shown = std::min(report.failures.size(), kMaxFailuresPrinted);
  for (std::size_t i = 0; i < shown; ++i) {
    const rewrite::Failure& failure = report.failures[i];
    err << fmt::format("error: {} {} was not rewritten ({}): {}\n",
                       targets.at(failure.target).resource.group_resource(), kube::display_name(failure.object), failure.reason, failure.message);
  }
  if (report.failed > shown)
    err << fmt::format("error: {} more were not rewritten; -o json names up to {}\n",
                       report.failed - shown, rewrite::kMaxFailuresNamed);
}

}  // namespace kencrypt::commands
