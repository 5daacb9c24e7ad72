// A clock that stands still until a test, or a fake transport, moves it. It begins before any real clock of a
// machine that has run for a moment: http::call waits by the real one.
#pragma once

#include "base/clock.h"

namespace kencrypt::fakes {

class FakeClock final : public Clock {
 public:
  TimePoint now() const override { return TimePoint{} + std::chrono::seconds(1) + elapsed_; }
  WallTime wall() const override {
    return WallTime{} + std::chrono::hours(24 * 365 * 50) +
           std::chrono::duration_cast<WallTime::duration>(elapsed_);
  }
  void advance(Duration by) { elapsed_ += by; }
  void advance_to(TimePoint point) {
    if (point > now()) elapsed_ += point - now();
  }

 private:
  Duration elapsed_{};
};

}  // namespace kencrypt::fakes
