#include "cli/suggest.h"

#include <algorithm>
#include <numeric>
#include <string>

#include "base/text.h"

namespace kencrypt::cli {
namespace {

constexpr std::size_t kMaxEdits = 2;  // cobra's SuggestionsMinimumDistance

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  a = a.substr(0, kMaxCompared);
  b = b.substr(0, kMaxCompared);
  std::vector<std::size_t> row(b.size() + 1);  // distances of a's first i bytes to each prefix of b
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

std::vector<std::string_view> suggest(std::string_view given,
                                      std::span<const std::string_view> candidates) {
  std::vector<std::string_view> likely;
  const std::string wanted = to_lower(given);
  if (wanted.empty()) return likely;
  for (const std::string_view candidate : candidates) {
    const std::string name = to_lower(candidate);
    if (name.starts_with(wanted) || edit_distance(wanted, name) <= kMaxEdits)
      likely.push_back(candidate);
  }
  return likely;
}

std::vector<std::string_view> suggest_flags(std::string_view given,
                                            std::span<const std::string_view> candidates) {
  auto likely = suggest(given, candidates);
  std::erase_if(likely, [given](std::string_view name) {
    return std::min(given.size(), name.size()) <= kMaxEdits + 1;
  });
  return likely;
}

std::string did_you_mean(std::span<const std::string_view> likely, std::string_view prefix) {
  std::string lines;
  if (likely.empty()) return lines;
  lines = "\n\nDid you mean this?";
  for (const std::string_view one : likely) lines.append("\n\t").append(prefix).append(one);
  return lines + "\n";
}

}  // namespace kencrypt::cli
