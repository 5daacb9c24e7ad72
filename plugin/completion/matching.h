// Keeping of candidates those that fit what is there already.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "completion/answer.h"

namespace kencrypt::completion {

// Those that begin with `typed`, each with `head` in front and `tail` behind. Behind a comma they
// have no descriptions: cobra's script for bash compares what has one with its commas escaped, and
// finds nothing (bash_completionsV2.go).
inline std::vector<Candidate> fitting(std::vector<Candidate> candidates, std::string_view typed,
                                      std::string_view head = {}, std::string_view tail = {}) {
  std::erase_if(candidates,
                [typed](const Candidate& one) { return !one.value.starts_with(typed); });
  for (Candidate& one : candidates) {
    one.value.insert(0, head).append(tail);
    if (head.find(',') != std::string_view::npos) one.description.clear();
  }
  return candidates;
}

// A word of parts with commas: what stands before the last part, comma included, and that part.
struct CommaWord {
  std::string_view head;
  std::string_view last;
};
inline CommaWord split_last(std::string_view word) {
  const auto begin = word.rfind(',') + 1;  // npos + 1 is 0
  return {word.substr(0, begin), word.substr(begin)};
}

}  // namespace kencrypt::completion
