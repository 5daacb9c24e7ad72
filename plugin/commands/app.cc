#include "commands/app.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/command_line.h"
#include "cli/global_flags.h"
#include "cli/help.h"
#include "cli/parse.h"
#include "cli/wrap.h"
#include "commands/colour.h"
#include "commands/command.h"
#include "commands/complete_request.h"
#include "commands/exit_code.h"
#include "commands/manual.h"
#include "commands/kubectl_name.h"
#include "commands/version_info.h"

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
    const Command* command = find(commands_, line.command);
    if (command == nullptr) return unknown(environment_.program, line.command, commands_);
    return go_on(*command, environment_.program + " " + command->name, line.arguments);
  }

 private:
  static const Command* find(const std::vector<Command>& among, std::string_view name) {
    const auto found = std::ranges::find(among, name, &Command::name);
    return found == among.end() ? nullptr : &*found;
  }

  // `called`: the words that led to `command`, "kubectl encrypt config".
  int go_on(const Command& command, const std::string& called, const std::vector<std::string>& words) {
    if (command.subcommands.empty()) return run_command(command, called, words);
    const cli::CommandLine line = cli::split_command(globals_, words);
    if (line.command.empty()) return without_subcommand(command, called, line.arguments);
    const Command* next = find(command.subcommands, line.command);
    if (next == nullptr) return unknown(called, line.command, command.subcommands);
    return go_on(*next, called + " " + next->name, line.arguments);
  }

  int without_subcommand(const Command& command, const std::string& called, const std::vector<std::string>& words) {
    const auto flags = cli::parse_flags(globals_, words);
    if (!flags) return complain(flags.error(), usage_hint(called));
    const bool asked = flags->get_bool("help");
    show_help(command, asked ? environment_.out : environment_.err, asked && environment_.terminals.out);
    return asked ? kDone : kFailed;
  }

  // Help that was asked for goes to standard output; a bare call is a mistake (kubectl's
  // DefaultSubCommandRun).
  int without_command(const std::vector<std::string>& arguments) {
    const auto flags = cli::parse_flags(globals_, arguments);
    if (!flags) return complain(flags.error(), usage_hint(environment_.program));
    if (flags->get_bool("version")) return show_version();
    const bool asked = flags->get_bool("help");
    show_main_help(asked ? environment_.out : environment_.err, asked && environment_.terminals.out);
    return asked ? kDone : kFailed;
  }

  int help_for(const std::vector<std::string>& arguments) {
    if (arguments.empty()) {
      show_main_help(environment_.out, environment_.terminals.out);
      return kDone;
    }
    const std::vector<Command>* among = &commands_;
    const Command* command = nullptr;
    std::string called = environment_.program;
    for (const std::string& word : arguments) {
      if (among->empty()) break;  // what follows is for the command
      command = find(*among, word);
      if (command == nullptr) return unknown(called, word, *among);
      among = &command->subcommands;
      called += " " + word;
    }
    show_help(*command, environment_.out, environment_.terminals.out);
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

  int run_command(const Command& command, const std::string& called, const std::vector<std::string>& arguments) {
    const cli::FlagTable table = cli::merge(command.flags, globals_);
    const auto flags = cli::parse_flags(table, arguments);
    if (!flags) return complain(flags.error(), usage_hint(called));
    if (flags->get_bool("help")) {
      show_help(command, environment_.out, environment_.terminals.out);
      return kDone;
    }
    if (flags->get_bool("version")) return show_version();
    const auto colours = choose_colours(*flags, environment_);
    if (!colours) return complain(colours.error(), "");
    environment_.colours = *colours;
    const Result<int> code = command.run(*flags, environment_);
    if (code) return *code;
    return complain(code.error(), "");
  }

  int show_version() {
    environment_.out << "Client Version: " << kVersion << '\n';
    return kDone;
  }

  int unknown(const std::string& called, std::string_view name, const std::vector<Command>& among) {
    std::vector<std::string_view> names;
    for (const Command& command : among) names.push_back(command.name);
    return complain(cli::unknown_command(called, name, names),
                    fmt::format("See '{} -h' for help and examples", called));
  }

  static std::string usage_hint(const std::string& called) {
    return fmt::format("See '{} --help' for usage.", called);
  }

  int complain(const Error& error, const std::string& hint) {
    environment_.err << with_prefix(name_kubectl(error.message, environment_.kubectl)) << '\n';
    if (!hint.empty()) environment_.err << hint << '\n';
    return kFailed;
  }

  std::size_t width(bool is_terminal) const {
    return cli::help_width(is_terminal ? environment_.terminals.columns : 0);
  }

  void show_help(const Command& command, std::ostream& out, bool is_terminal) {
    cli::HelpPage page = command.help;
    for (const Command& one : command.subcommands) page.subcommands.push_back({one.name, one.summary});
    cli::write_help(out, page, command.flags, environment_.program, width(is_terminal));
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

void add_runnable(const std::string& before, std::vector<Command> commands, std::vector<Command>& runnable) {
  for (Command& command : commands) {
    command.name = before + command.name;
    if (command.subcommands.empty())
      runnable.push_back(std::move(command));
    else
      add_runnable(command.name + " ", std::move(command.subcommands), runnable);
  }
}

}  // namespace

std::string_view program_description() { return kDescription; }

std::vector<Command> all_commands() {
  return {status_command(), rewrite_command(), config_command(), manifest_command(), wait_command(), doctor_command(), version_command(), completion_command()};
}

std::vector<Command> runnable_commands() {
  std::vector<Command> runnable;
  add_runnable("", all_commands(), runnable);
  return runnable;
}

int run(Environment& environment) { return App(environment).run(); }

}  // namespace kencrypt::commands
