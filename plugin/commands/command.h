// What a command is to the application: a name, its help, its flags and the function that runs it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/flag.h"
#include "cli/help.h"
#include "cli/parsed_flags.h"
#include "commands/environment.h"

namespace kencrypt::commands {

struct Command {
  std::string name;
  std::string summary;  // one line for the list of commands
  cli::HelpPage help;
  cli::FlagTable flags;  // its own; the global ones are added
  cli::ValueShape arguments{};  // the words that are no flags
  // Returns the exit code. An error is printed by the application, which then exits with 1.
  Result<int> (*run)(const cli::ParsedFlags& flags, Environment& environment) = nullptr;
  // If it has any, they do everything, and it has neither flags nor `run` of its own. Help lists them.
  std::vector<Command> subcommands{};
};

Command rewrite_command();
Command status_command();
Command config_command();
Command manifest_command();
Command wait_command();
Command doctor_command();
Command version_command();
Command completion_command();

// What the program is for: paragraphs, as in a HelpPage.
std::string_view program_description();

// All commands, in the order in which help lists them.
std::vector<Command> all_commands();

// Those that do something themselves, under all of their name: "config lint".
std::vector<Command> runnable_commands();

}  // namespace kencrypt::commands
