// What one window says about a class of objects in the set it covered. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "census/probe.h"
#include "coverage/coverage.h"

namespace kencrypt::census {

enum class Verdict {
  none,    // of what was read nothing is of the class
  all,     // all of what was read is of the class, and under one key
  mixed,   // neither, for sure
  unsure,  // another window may tell
};

struct SetVerdict {
  Verdict verdict = Verdict::unsure;
  std::optional<encryption::StoredUnder> under;  // if all
  // How many of the class there are, of what was read; nullopt if that is not certain.
  std::optional<std::uint64_t> count;
};

// `cells`: what objects of the set may be stored under. `alone`: it is a set of one object, so that
// what was counted besides was not another of the set.
SetVerdict judge_set(const WindowResult& window, const std::vector<coverage::KeyBounds>& cells,
                     bool alone, coverage::Class wanted,
                     const std::optional<encryption::StoredUnder>& write);

// What is possible by both windows over one and the same object.
std::vector<coverage::KeyBounds> intersect(const std::vector<coverage::KeyBounds>& a,
                                           const std::vector<coverage::KeyBounds>& b);

}  // namespace kencrypt::census
