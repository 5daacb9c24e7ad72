// "Did you mean this?"
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kencrypt::cli {

// Levenshtein's distance in bytes. Both texts are cut to kMaxCompared bytes.
std::size_t edit_distance(std::string_view a, std::string_view b);

// Work grows with the product of the lengths, and no command comes near this.
inline constexpr std::size_t kMaxCompared = 64;

// Those of `candidates`, in their order, that `given` may have been meant to be: at most two edits
// away, or beginning with it, both without regard to case (cobra's SuggestionsFor). Views into
// `candidates`.
std::vector<std::string_view> suggest(std::string_view given,
                                      std::span<const std::string_view> candidates);

// Like suggest(), for long flag names: a name so short that two edits make it of anything is not proposed.
std::vector<std::string_view> suggest_flags(std::string_view given,
                                            std::span<const std::string_view> candidates);

// "", or "\n\nDid you mean this?\n\tstatus\n": the lines that cobra puts behind a mistake, each of `likely` behind
// `prefix`.
std::string did_you_mean(std::span<const std::string_view> likely, std::string_view prefix);

}  // namespace kencrypt::cli
