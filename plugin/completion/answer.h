// What a shell is told: what may stand at the cursor, and what to do besides.
#pragma once

#include <string>
#include <vector>

namespace kencrypt::completion {

struct Candidate {
  std::string value;
  std::string description = {};  // one line; "": none
};

// Bits that are added up (github.com/spf13/cobra completions.go, ShellCompDirective): kubectl
// passes them on to its shell scripts.
inline constexpr unsigned kFiles = 0;       // file names, if there is no candidate
inline constexpr unsigned kNoSpace = 2;     // the word goes on behind a candidate
inline constexpr unsigned kNoFiles = 4;     // no file names, whatever happens
inline constexpr unsigned kExtensions = 8;  // the candidates are extensions of the files to offer
inline constexpr unsigned kDirectories = 16;

struct Answer {
  std::vector<Candidate> candidates;
  unsigned directive = kNoFiles;
};

}  // namespace kencrypt::completion
