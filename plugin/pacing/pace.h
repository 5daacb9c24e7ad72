// A limit on a rate, of requests or of bytes, that the user has set.
#pragma once

#include <algorithm>

#include "base/clock.h"

namespace kencrypt::pacing {

class Pace {
 public:
  // Units a second; 0: no limit.
  explicit Pace(double per_second) : per_second_(per_second) {}

  // When the next unit may be spent; in the past: now.
  TimePoint ready_at() const { return ready_at_; }
  bool ready(TimePoint now) const { return now >= ready_at_; }
  // What is spent beyond the rate is waited for afterwards.
  void spend(TimePoint now, double units) {
    if (per_second_ <= 0) return;
    const auto cost =
        std::chrono::duration_cast<Duration>(std::chrono::duration<double>(units / per_second_));
    ready_at_ = std::max(ready_at_, now - kCatchUp) + cost;
  }

 private:
  // A loop that turns late may make up for this much, no more: no bursts after a pause.
  static constexpr Duration kCatchUp = std::chrono::milliseconds(50);
  double per_second_;
  TimePoint ready_at_{};
};

}  // namespace kencrypt::pacing
