// A manual page in the macros of man(7), from the same descriptions and flags as the help.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "cli/flag.h"
#include "cli/help.h"

namespace kencrypt::cli {

struct ManCommand {
  std::string name;
  std::string summary;
  HelpPage help;
  FlagTable flags;  // those of its own; hidden ones and global ones are left out
};

struct ManEntry {
  std::string term;  // "KUBECONFIG"
  std::string text;
};

struct ManSection {
  std::string title;  // "ENVIRONMENT"
  std::vector<ManEntry> entries;
};

// In every text "{program}" stands for the program as it is typed.
struct ManPage {
  std::string name;     // "kubectl-encrypt": the file's name without its section, which is 1
  std::string summary;  // for NAME: no period
  std::string date;     // "2026-11-27"
  std::string source;   // "kubectl-encrypt v1.2.3"
  std::string description;
  std::vector<ManCommand> commands;
  FlagTable globals;
  std::vector<ManSection> sections;   // after OPTIONS
  std::vector<std::string> see_also;  // "kubectl(1)"
};

// Sections: NAME, SYNOPSIS, DESCRIPTION, COMMANDS, OPTIONS (a part for each command that has any, then the global ones),
// those of `page`, EXAMPLES, SEE ALSO. The output is ASCII if the texts are; no line of it is a macro by accident.
void write_man_page(std::ostream& out, const ManPage& page, std::string_view program);

}  // namespace kencrypt::cli
