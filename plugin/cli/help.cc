#include "cli/help.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <string_view>

#include "base/text.h"
#include "cli/wrap.h"

namespace kencrypt::cli {
namespace {

constexpr std::string_view kProgram = "{program}";
// The name column of "Available Commands": cobra's minimum, then three blanks.
constexpr std::size_t kMinNameColumn = 11;

void write_flags(std::ostream& out, std::span<const Flag> flags, std::string_view group,
                 std::size_t width) {
  for (const Flag& flag : flags) {
    if (flag.hidden || flag.group != group) continue;
    out << "    " << display_flag(flag) << '=' << shown_default(flag) << ":\n"
        << wrap(flag.help, "\t", width) << "\n\n";
  }
}

void write_examples(std::ostream& out, std::span<const Example> examples) {
  if (examples.empty()) return;
  out << "Examples:\n";
  for (const Example& example : examples) {
    if (&example != examples.data()) out << "  \n";  // kubectl keeps the indentation of empty lines
    out << "  # " << example.comment << '\n' << wrap(example.command, "  ", kNoWrap) << '\n';
  }
  out << '\n';
}

void write_subcommands(std::ostream& out, std::span<const Subcommand> subcommands) {
  if (subcommands.empty()) return;
  std::size_t column = kMinNameColumn;
  for (const Subcommand& subcommand : subcommands)
    column = std::max(column, subcommand.name.size());
  out << "Available Commands:\n";
  for (const Subcommand& subcommand : subcommands)
    out << fmt::format("  {:<{}}   {}\n", subcommand.name, column, subcommand.summary);
  out << '\n';
}

void write_options(std::ostream& out, std::span<const Flag> flags, std::size_t width) {
  for (const std::string_view group : flag_groups(flags)) {
    out << (group.empty() ? "Options" : group) << ":\n";
    write_flags(out, flags, group, width);
  }
}

HelpPage filled_page(HelpPage page, std::string_view program) {
  page.description = fill_in(page.description, program);
  page.usage = fill_in(page.usage, program);
  for (Example& example : page.examples) example.command = fill_in(example.command, program);
  for (std::string& line : page.closing) line = fill_in(line, program);
  return page;
}

}  // namespace

std::string fill_in(std::string_view text, std::string_view program) {
  std::string filled(text);
  for (auto at = filled.find(kProgram); at != std::string::npos;
       at = filled.find(kProgram, at + program.size()))
    filled.replace(at, kProgram.size(), program);
  return filled;
}

std::string shown_default(const Flag& flag) {
  switch (flag.kind) {
    case FlagKind::text:
      return "'" + flag.default_value + "'";
    case FlagKind::list:
      return "[]";
    case FlagKind::boolean:
      return flag.default_value.empty() ? "false" : flag.default_value;
    case FlagKind::integer:
    case FlagKind::duration:
      break;
  }
  return flag.default_value.empty() ? "0" : flag.default_value;
}

std::vector<std::string_view> flag_groups(std::span<const Flag> flags) {
  std::vector<std::string_view> found;
  for (const Flag& flag : flags)
    if (!flag.hidden && flag.group != kGlobalGroup &&
        std::ranges::find(found, flag.group) == found.end())
      found.push_back(flag.group);
  std::ranges::stable_partition(found, [](std::string_view group) { return group.empty(); });
  return found;
}

void write_help(std::ostream& out, const HelpPage& page, std::span<const Flag> flags,
                std::string_view program, std::size_t width) {
  const HelpPage filled = filled_page(page, program);
  out << wrap(filled.description, "", width) << "\n\n";
  write_examples(out, filled.examples);
  write_subcommands(out, filled.subcommands);
  write_options(out, flags, width);
  out << "Usage:\n  " << filled.usage << '\n';
  if (!filled.closing.empty()) out << '\n';
  for (const std::string& line : filled.closing) out << wrap(line, "", width) << '\n';
}

void write_global_options(std::ostream& out, std::span<const Flag> flags, std::size_t width) {
  out << "The following options can be passed to any command:\n\n";
  write_flags(out, flags, kGlobalGroup, width);
}

std::vector<std::string> closing_lines(bool has_subcommands) {
  std::vector<std::string> lines;
  if (has_subcommands)
    lines.push_back(
        "Use \"{program} <command> --help\" for more information about a given command.");
  lines.push_back(
      "Use \"{program} options\" for a list of global command-line options (applies to all "
      "commands).");
  return lines;
}

}  // namespace kencrypt::cli
