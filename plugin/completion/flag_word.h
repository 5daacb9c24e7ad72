// A word that begins with '-': the name of a flag, or a value together with it.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "cli/flag.h"
#include "cli/normalise.h"
#include "completion/answer.h"

namespace kencrypt::completion {

// "--output=js" and "-o=js" hold a value behind '=', "-ojs" one behind letters.
struct FlagWord {
  const cli::Flag* flag = nullptr;  // nullptr: there is no value in it
  std::string_view value;           // what there is of it
  std::string_view head;            // what a candidate needs in front; "" behind '='
};

// Views into `word`, a row of `flags`.
FlagWord take_apart(std::span<const cli::Flag> flags, std::string_view word);

// The flags whose name begins with `word`, without those that are given already and take but one
// value. A letter is offered where nothing else is written, or it is all of the word.
std::vector<Candidate> flag_names(std::span<const cli::Flag> flags,
                                  const std::vector<cli::Setting>& given, std::string_view word);

}  // namespace kencrypt::completion
