// Help in the shape of kubectl's: description, examples, commands, options, usage, closing lines
// (k8s.io/kubectl pkg/util/templates).
#pragma once

#include <cstddef>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/flag.h"

namespace kencrypt::cli {

struct Example {
  std::string comment;  // "Show the coverage of all Secrets": a sentence without a period
  std::string command;  // "{program} status"
};

struct Subcommand {
  std::string name;
  std::string summary;
};

// In every text "{program}" stands for the displayed program name.
struct HelpPage {
  std::string description;  // paragraphs, separated by an empty line
  std::vector<Example> examples;
  std::vector<Subcommand> subcommands;
  std::string usage;                 // "{program} status [flags] [options]"
  std::vector<std::string> closing;  // lines; see closing_lines()
};

// The flags in `flags` are shown unless hidden or of kGlobalGroup: those of group "" under
// "Options", then one section a group, in order of appearance. `width` is from help_width().
void write_help(std::ostream& out, const HelpPage& page, std::span<const Flag> flags,
                std::string_view program, std::size_t width);

// The text of the "options" command: the flags of kGlobalGroup.
void write_global_options(std::ostream& out, std::span<const Flag> flags, std::size_t width);

// `text` with the program's name in the place of "{program}".
std::string fill_in(std::string_view text, std::string_view program);

// A flag's default as help shows it: strings in quotes, everything else bare (kubectl's flagUsage).
std::string shown_default(const Flag& flag);

// The sections in which a command's flags are shown, "" first. Valid as long as `flags`.
std::vector<std::string_view> flag_groups(std::span<const Flag> flags);

// kubectl's last lines: where to find more help. `has_subcommands` adds the line about them.
std::vector<std::string> closing_lines(bool has_subcommands);

}  // namespace kencrypt::cli
