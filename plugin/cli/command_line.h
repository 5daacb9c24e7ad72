// What is decided before any flag is parsed: what this program is called, and which command is
// meant.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/flag.h"

namespace kencrypt::cli {

// The name as a user types it, from argv[0]: "/x/kubectl-encrypt" is "kubectl encrypt",
// "kubectl-encrypt_at_rest" (how krew links a name with dashes) is "kubectl encrypt-at-rest". Any
// other name, like that of a test binary, is "kubectl encrypt". The completer
// "kubectl_complete-encrypt" speaks of "kubectl encrypt" as well.
std::string command_name(std::string_view argv0);

// Whether the program was called as kubectl calls the one that completes for it:
// "kubectl_complete-encrypt" (k8s.io/kubectl pkg/cmd/plugin/plugin_completion.go).
bool is_completer(std::string_view argv0);

// The plugin's file and its completer's, as kubectl looks for them on the PATH: of "kubectl
// encrypt-at-rest" these are "kubectl-encrypt_at_rest" and "kubectl_complete-encrypt_at_rest".
std::string plugin_file(std::string_view command_name);
std::string completer_file(std::string_view command_name);

struct CommandLine {
  std::string command;                 // "" if there is none
  std::vector<std::string> arguments;  // everything else, in its order
};

// Finds the command: the first word that is no flag and no flag's value, as cobra does it
// (github.com/spf13/cobra command.go, stripFlags). `flags` are those that may stand before it; an
// unknown one without '=' is taken to have the next word as its value.
CommandLine split_command(std::span<const Flag> flags, std::span<const std::string> words);

// The error (usage) for a command that does not exist: cobra's words, with the commands it may have
// been meant to be.
Error unknown_command(std::string_view program, std::string_view given,
                      std::span<const std::string_view> commands);

}  // namespace kencrypt::cli
