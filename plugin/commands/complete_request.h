// The hidden command that kubectl and shells call for each TAB: `__complete WORD...`.
#pragma once

#include <string_view>
#include <vector>

#include "commands/command.h"
#include "commands/environment.h"

namespace kencrypt::commands {

// cobra's names; the second wants no descriptions.
inline constexpr std::string_view kComplete = "__complete";
inline constexpr std::string_view kCompleteBare = "__completeNoDesc";

// How long a cluster may be waited for: longer makes a shell feel stuck.
inline constexpr Duration kCompletionTime = std::chrono::milliseconds(200);
// The variable that says otherwise, as a Go duration, for clusters that are far away; and the most
// of it, which is longer than anybody waits for a TAB.
inline constexpr std::string_view kCompletionTimeVariable = "KUBECTL_ENCRYPT_COMPLETION_TIMEOUT";
inline constexpr Duration kMostCompletionTime = std::chrono::seconds(10);

bool is_complete_request(const Environment& environment);

// Prints the answer to environment.arguments, of which the first is the command's own name. Nothing
// goes to standard error and the exit code is 0, whatever happens: kubectl would discard the
// answer, and a person see noise in the middle of a line.
int answer_request(const std::vector<Command>& commands, const cli::FlagTable& globals,
                   Environment& environment);

}  // namespace kencrypt::commands
