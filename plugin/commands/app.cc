#include "commands/app.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/command_line.h"
#include "cli/global_flags.h"
#include "cli/help.h"
#include "cli/parse.h"
#include "cli/wrap.h"
#include "commands/command.h"
#include "commands/complete_request.h"
#include "commands/exit_code.h"
#include "commands/manual.h"

namespace kencrypt::commands {
namespace {

constexpr std::string_view kDescription =
    "Re-encrypt Secrets and prove how they are stored.\n\n"
    "A Secret stays in etcd as it was written until somebody writes it again: turning on encryption at "
    "rest, or changing its key, changes nothing that is already there. \"rewrite\" has the API server "
    "write every Secret again, without losing anybody's change, and \"status\" measures under which "
    "provider and key the Secrets of each namespace are stored.";

// Errors of the API server carry kubectl's own prefix already; all others get "error: ".
std::string with_prefix(const std::string& message) {
  for (const std::string_view prefix :
       {"Error from server", "The connection to the server", "Unable to connect to the server",
        "Error in configuration", "error:"})
    if (message.starts_with(prefix)) return message;
  return "error: " + message;
}

class App {
 public:
  explicit App(Environment& environment)
      : environment_(environment), commands_(all_commands()), globals_(cli::global_flags()) {}

  int run() {
    // Its words are another command line's, so that none is read here.
    if (is_complete_request(environment_)) return answer_request(commands_, globals_, environment_);
    const cli::CommandLine line = cli::split_command(globals_, environment_.arguments);
    if (line.command.empty()) return without_command(line.arguments);
    if (line.command == "help") return help_for(line.arguments);
    if (line.command == "options") return show_options();
    if (line.command == "man") return show_manual();
    if (const Command* command = find(line.command)) return run_command(*command, line.arguments);
    return complain(unknown(line.command),
                    fmt::format("See '{} -h' for help and examples", environment_.program));
  }

 private:
  const Command* find(std::string_view name) const {
    const auto found = std::find_if(commands_.begin(), commands_.end(),
                                    [&](const Command& command) { return command.name == name; });
    return found == commands_.end() ? nullptr : &*found;
  }

  // Help that was asked for goes to standard output; a bare call is a mistake (kubectl's
  // DefaultSubCommandRun).
  int without_command(const std::vector<std::string>& arguments) {
    const auto flags = cli::parse_flags(globals_, arguments);
    if (!flags) return complain(flags.error(), usage_hint(""));
    const bool asked = flags->get_bool("help");
    show_main_help(asked ? environment_.out : environment_.err, asked && environment_.terminals.out);
    return asked ? kDone : kFailed;
  }

  int help_for(const std::vector<std::string>& arguments) {
    if (arguments.empty()) {
      show_main_help(environment_.out, environment_.terminals.out);
      return kDone;
    }
    const Command* command = find(arguments.front());
    if (command == nullptr)
      return complain(unknown(arguments.front()),
                      fmt::format("See '{} -h' for help and examples", environment_.program));
    show_help(*command);
    return kDone;
  }

  int show_options() {
    cli::write_global_options(environment_.out, globals_, width(environment_.terminals.out));
    return kDone;
  }

  // Not in the list of commands: packages have the page as a file, and who misses it finds this in the documentation.
  int show_manual() {
    const Result<int> code = write_manual(environment_);
    return code ? *code : complain(code.error(), "");
  }

  int run_command(const Command& command, const std::vector<std::string>& arguments) {
    const cli::FlagTable table = cli::merge(command.flags, globals_);
    const auto flags = cli::parse_flags(table, arguments);
    if (!flags) return complain(flags.error(), usage_hint(command.name));
    if (flags->get_bool("help")) {
      show_help(command);
      return kDone;
    }
    const Result<int> code = command.run(*flags, environment_);
    if (code) return *code;
    return complain(code.error(), "");
  }

  Error unknown(std::string_view name) const {
    std::vector<std::string_view> names;
    for (const Command& command : commands_) names.push_back(command.name);
    return cli::unknown_command(environment_.program, name, names);
  }

  std::string usage_hint(std::string_view command) const {
    const std::string words =
        command.empty() ? environment_.program : fmt::format("{} {}", environment_.program, command);
    return fmt::format("See '{} --help' for usage.", words);
  }

  int complain(const Error& error, const std::string& hint) {
    environment_.err << with_prefix(error.message) << '\n';
    if (!hint.empty()) environment_.err << hint << '\n';
    return kFailed;
  }

  std::size_t width(bool is_terminal) const {
    return cli::help_width(is_terminal ? environment_.terminals.columns : 0);
  }

  void show_help(const Command& command) {
    cli::write_help(environment_.out, command.help, command.flags, environment_.program,
                    width(environment_.terminals.out));
  }

  void show_main_help(std::ostream& out, bool is_terminal) {
    cli::HelpPage page;
    page.description = kDescription;
    for (const Command& command : commands_) page.subcommands.push_back({command.name, command.summary});
    page.usage = "{program} [flags] [options]";
    page.closing = cli::closing_lines(true);
    cli::write_help(out, page, {}, environment_.program, width(is_terminal));
  }

  Environment& environment_;
  std::vector<Command> commands_;
  cli::FlagTable globals_;
};

}  // namespace

std::string_view program_description() { return kDescription; }

std::vector<Command> all_commands() {
  return {status_command(), rewrite_command(), config_command(), version_command(), completion_command()};
}

int run(Environment& environment) { return App(environment).run(); }

}  // namespace kencrypt::commands
