// Builds the real outside and hands it to the application.
#include <unistd.h>

#include <clocale>
#include <csignal>
#include <iostream>

#include "base/hygiene.h"
#include "cli/command_line.h"
#include "commands/app.h"
#include "commands/complete_request.h"
#include "output/terminal.h"

namespace kencrypt {
namespace {

commands::Terminals find_terminals() {
  return {.in = output::is_terminal(STDIN_FILENO),
          .out = output::is_terminal(STDOUT_FILENO),
          .err = output::is_terminal(STDERR_FILENO),
          .columns = output::terminal_width(STDERR_FILENO).value_or(0)};
}

// As the completer all words are a command line to complete.
std::vector<std::string> find_arguments(int argc, char** argv) {
  std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  if (argc > 0 && cli::is_completer(argv[0]))
    arguments.insert(arguments.begin(), std::string(commands::kComplete));
  return arguments;
}

int run_with(int argc, char** argv) {
  const SystemClock clock;
  commands::Environment environment{
      .program = cli::command_name(argc > 0 ? argv[0] : ""),
      .arguments = find_arguments(argc, argv),
      .variables = Variables::of_process(),
      .in = std::cin,
      .out = std::cout,
      .err = std::cerr,
      .terminals = find_terminals(),
      .clock = clock,
      .connect = [&clock](http::Endpoint endpoint, http::CurlOptions options) {
        return http::make_curl_transport(std::move(endpoint), options, clock);
      },
      .watch_interrupts = [] { return std::make_unique<SignalGuard>(); },
  };
  const int code = commands::run(environment);
  std::cout.flush();
  if (!std::cout) {
    std::cerr << "error: writing to standard output failed\n";
    return code == 0 ? 1 : code;
  }
  return code;
}

}  // namespace
}  // namespace kencrypt

int main(int argc, char** argv) {
  kencrypt::forbid_core_dumps();
  // A reader that went away ("| head") shows as a failed write, not as a signal in the middle of a run.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return kencrypt::run_with(argc, argv);
  } catch (const std::exception&) {
    // A library threw where it says it does not. Its text might hold anything, so it is not shown.
    std::cerr << "error: internal error; nothing more was done. Please report it with the command used\n";
    return 1;
  }
}
