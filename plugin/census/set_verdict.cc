#include "census/set_verdict.h"

#include <algorithm>

namespace kencrypt::census {
namespace {

using coverage::Class;
using coverage::KeyBounds;

// Whether objects under a cell are of the class; nullopt: some may be, since they may be under an
// older key of the same name.
std::optional<bool> belongs(const KeyBounds& cell, bool alone, Class wanted,
                            const std::optional<encryption::StoredUnder>& write) {
  const Class real = coverage::class_of(cell.under, write);
  const bool doubtful = real == Class::current && cell.shadowed > 0;
  if (doubtful && (wanted == Class::current || wanted == Class::unknown)) {
    if (alone && cell.min == 1) return wanted == Class::unknown;  // counted so in coverage.h
    return std::nullopt;
  }
  return real == wanted;
}

}  // namespace

SetVerdict judge_set(const WindowResult& window, const std::vector<KeyBounds>& cells, bool alone,
                     Class wanted, const std::optional<encryption::StoredUnder>& write) {
  if (window.claim == Claim::none) return {};
  const bool exact = window.claim == Claim::exact;
  std::uint64_t count = 0;
  bool some = false;
  bool others = false;
  bool doubt = false;
  for (const KeyBounds& cell : cells) {
    const auto of_class = belongs(cell, alone, wanted, write);
    doubt = doubt || !of_class;
    some = some || of_class.value_or(true);
    others = others || !of_class.value_or(false);
    if (of_class.value_or(false)) count += cell.min;
  }
  SetVerdict result;
  if (exact && !doubt) result.count = count;
  if (!some) {
    result = {.verdict = Verdict::none, .under = {}, .count = 0};
  } else if (!others && cells.size() == 1) {
    result.verdict = Verdict::all;
    result.under = cells.front().under;
  } else if (exact || window.remedy == Remedy::split) {
    result.verdict = Verdict::mixed;
  }
  return result;
}

std::vector<KeyBounds> intersect(const std::vector<KeyBounds>& a, const std::vector<KeyBounds>& b) {
  std::vector<KeyBounds> both;
  for (const KeyBounds& one : a) {
    const auto same = std::find_if(
        b.begin(), b.end(), [&one](const KeyBounds& other) { return other.under == one.under; });
    if (same == b.end()) continue;
    both.push_back({one.under, std::max(one.min, same->min), std::min(one.max, same->max),
                    std::min(one.shadowed, same->shadowed)});
  }
  if (both.size() == 1 && both.front().max == 1) both.front().min = 1;
  return both;
}

}  // namespace kencrypt::census
