// The files of completions/, which are part of the program.
#pragma once

#include <string_view>

namespace kencrypt::commands {

// What kubectl runs as kubectl_complete-encrypt.
std::string_view kubectl_shim();
// For the program under its own name, kubectl-encrypt.
std::string_view bash_script();
std::string_view zsh_script();
std::string_view fish_script();

}  // namespace kencrypt::commands
