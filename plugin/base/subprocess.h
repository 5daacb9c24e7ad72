// Running a child process and taking its standard output: for credential plugins.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"

namespace kencrypt {

struct Command {
  std::vector<std::string> arguments;    // arguments[0]: a path, or a name looked up on PATH
  std::vector<std::string> environment;  // the whole environment, "NAME=value"
  bool pass_stdin = false;               // otherwise the child reads from /dev/null
  std::size_t output_limit = 0;          // bytes of standard output; more ends it with too_large
  // Set: in the background, in a session of its own, so that it can ask nobody at our terminal, and
  // with its standard error going nowhere; after this time it is killed, and what it has started.
  std::optional<Duration> time_limit = {};
};

struct CommandOutput {
  SecretBytes output;
  int exit_code = 0;  // 128 + signal if a signal ended it
};

// Starts `command` with an empty signal mask, waits for its end and returns what it wrote to
// standard output; its standard error is ours. It has no time limit, as in client-go (a plugin may
// wait for a person at a browser), unless it is given one; Ctrl-C reaches it as a member of our
// process group. Errors: io (not found, not executable; names the program), too_large, timeout.
Result<CommandOutput> run_command(const Command& command);

}  // namespace kencrypt
