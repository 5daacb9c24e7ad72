// From the words of a command line to what may stand at its end, by the same tables and the same
// reading of them that a run goes by. No IO of its own.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/flag.h"
#include "completion/answer.h"
#include "completion/sources.h"

namespace kencrypt::completion {

struct CommandShape {
  std::string name;
  std::string summary;
  cli::FlagTable flags;  // all that it takes, global ones included
  cli::ValueShape arguments;
  std::vector<CommandShape> subcommands{};  // if there are any, they are its only arguments
  bool runs = false;  // also without one of them, which then stands right behind its name
};

struct Program {
  std::vector<CommandShape> commands;
  cli::FlagTable globals;  // those that may stand before a command
};

// More than anybody looks through: a shell that is given more is slow for nothing. Who writes
// another letter gets fewer.
inline constexpr std::size_t kMostCandidates = 10'000;

// `words` are those behind the program's name; the last is the one to complete, "" for a new one.
// Candidates begin with it, except that of "--flag=value" only the value counts and is given
// (cobra's convention: shells put the rest in front). Where the words before it make no sense,
// there are none.
Answer complete(const Program& program, std::span<const std::string> words, Sources& sources);

}  // namespace kencrypt::completion
