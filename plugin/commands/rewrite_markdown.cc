#include "commands/rewrite_markdown.h"

#include <fmt/format.h>

namespace kencrypt::commands {
namespace {

// A cell of a table: what a server says may hold anything.
std::string cell(std::string_view text) {
  std::string clean;
  for (const char c : text) {
    if (c == '|' || c == '<' || c == '`' || c == '\\') clean += '\\';
    clean += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return clean;
}

std::string pass_rows(const rewrite::Report& report) {
  std::string rows;
  for (std::size_t i = 0; i < report.passes.size(); ++i) {
    const rewrite::Pass& pass = report.passes[i];
    rows += fmt::format("| {} | {} | {} | {} | {} | {} |\n", i + 1, pass.total, pass.rewritten, pass.unchanged,
                        pass.gone, pass.failed);
  }
  return rows;
}

std::string failure_rows(const rewrite::Report& report, const std::vector<rewrite::Target>& targets) {
  std::string rows;
  for (const rewrite::Failure& failure : report.failures)
    rows += fmt::format("| {} | {} | {} | {} | {} |\n", targets.at(failure.target).resource.group_resource(),
                        cell(failure.object.name_space), cell(failure.object.name), cell(failure.reason),
                        cell(failure.message));
  return rows;
}

std::string unlisted_lines(const rewrite::Report& report, const std::vector<rewrite::Target>& targets) {
  std::string lines;
  for (const rewrite::Unlisted& one : report.unlisted)
    lines += fmt::format("- **{}** could not be listed to its end: {}\n",
                         targets.at(one.target).resource.group_resource(), cell(one.error.message));
  return lines;
}

}  // namespace

std::string rewrite_markdown(const rewrite::Report& report, const std::vector<rewrite::Target>& targets,
                             DryRunMode dry_run) {
  std::string text = fmt::format("# Rewrite of {}\n\n{}\n\n", name_targets(targets),
                                 cell(summary_text(report, targets, dry_run)));
  if (report.interrupted) text += "It was interrupted.\n\n";
  if (report.stopped) text += fmt::format("It stopped before its end: {}\n\n", cell(report.stopped->message));
  text += "| pass | objects | rewritten | already current | deleted meanwhile | failed |\n"
          "| --- | --- | --- | --- | --- | --- |\n" + pass_rows(report);
  if (report.resumed > 0)
    text += fmt::format("\nEarlier runs had finished {} objects.\n", report.resumed);
  const std::string unlisted = unlisted_lines(report, targets);
  if (!unlisted.empty()) text += "\n## Not listed\n\n" + unlisted;
  if (report.failures.empty()) return text;
  text += "\n## Failed\n\n| resource | namespace | name | reason | message |\n| --- | --- | --- | --- | --- |\n" +
          failure_rows(report, targets);
  if (report.failed > report.failures.size())
    text += fmt::format("\nand {} more.\n", report.failed - report.failures.size());
  return text;
}

}  // namespace kencrypt::commands
