// One line that says how far a long piece of work is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace kencrypt::output {

struct ProgressState {
  std::uint64_t done = 0;     // finished, whatever the outcome
  std::uint64_t failed = 0;   // of these, those that failed
  std::uint64_t retried = 0;  // attempts beyond each item's first
  friend bool operator==(const ProgressState&, const ProgressState&) = default;
};

struct ProgressFigures {
  std::string what;  // "Rewriting secrets"
  std::optional<std::uint64_t> total;
  ProgressState state;
  std::optional<double> per_second;
};

// "Rewriting secrets: 1200/10000 (12%), 350/s, 25s left, 2 failed, 3 retried", without the parts
// that are not known or zero. Percent is rounded down, so that 100% means done, and never more than
// 100.
std::string progress_text(const ProgressFigures& figures);

// Percent as above; nullopt without a total. A total of 0 is 100 percent.
std::optional<std::uint64_t> percent_done(const ProgressFigures& figures);

}  // namespace kencrypt::output
