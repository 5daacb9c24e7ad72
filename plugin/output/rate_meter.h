// How fast something goes at present.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "base/clock.h"

namespace kencrypt::output {

// The mean rate over a sliding window: long enough that bursts do not make it jump, short enough
// that a server that becomes slow is seen.
class RateMeter {
 public:
  // The running total at `now`. Times must not go backwards; a total that does counts as no
  // progress.
  void add(TimePoint now, std::uint64_t total);

  // Per second over the window before the last add(); nullopt before there is a second to judge by.
  std::optional<double> per_second() const;

 private:
  struct Sample {
    TimePoint at;
    std::uint64_t total = 0;
  };
  std::deque<Sample> samples_;  // at most window / spacing + 2
  Sample latest_{};
};

}  // namespace kencrypt::output
