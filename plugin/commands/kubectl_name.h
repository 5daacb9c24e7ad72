// What kubectl is called where this runs, for commands that a message tells to run.
#pragma once

#include <string>
#include <string_view>

#include "base/variables.h"

namespace kencrypt::commands {

// "kubectl"; or the path that kubectl, from 1.37 on, gives its plugins in KUBECTL_PATH, where the
// PATH leads to another kubectl or to none.
std::string kubectl_name(const Variables& variables);

// `text` with each command of kubectl that is quoted, or in parentheses, begun by `kubectl`.
std::string name_kubectl(std::string_view text, std::string_view kubectl);

// `program`, like "kubectl encrypt", begun by `kubectl`.
std::string name_program(std::string_view program, std::string_view kubectl);

}  // namespace kencrypt::commands
