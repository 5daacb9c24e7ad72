// pflag's command-line syntax, taken apart: the words of a command line become (flag, value) pairs
// and positional arguments. Values are not checked here. Source of all rules and messages:
// github.com/spf13/pflag flag.go (parseArgs, parseLongArg, parseSingleShortArg).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/flag.h"

namespace kencrypt::cli {

struct Setting {
  const Flag* flag;   // a row of the table that was given
  std::string value;  // "true" or "false" for every spelling of a boolean that Go accepts
};

struct NormalisedArguments {
  std::vector<Setting> settings;  // in the order of the command line
  std::vector<std::string> positionals;
  // The word at which reading stopped (kind usage); what is before it is in `settings`.
  std::optional<Error> error;
  // The flag that lacks its value at the end of the words, if that is the error: whoever goes on
  // writing gives it.
  const Flag* waiting = nullptr;
  bool terminated = false;  // "--" was among them: what follows is no flag
};

// Reads `arguments` (without the program's and the command's name). `flags` must outlive the
// result.
NormalisedArguments normalise(std::span<const Flag> flags, std::span<const std::string> arguments);

}  // namespace kencrypt::cli
