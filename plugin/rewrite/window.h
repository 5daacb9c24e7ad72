// How many objects may be on their way at once: grows while the server keeps up, halves when it says
// that it cannot, and holds everything back for as long as the server asks (Retry-After).
#pragma once

#include <algorithm>
#include <cstddef>

#include "base/clock.h"

namespace kencrypt::rewrite {

class Window {
 public:
  // `ceiling`: the most that may ever be in flight, at least 1.
  explicit Window(std::size_t ceiling)
      : ceiling_(static_cast<double>(ceiling)), limit_(std::min(kStart, ceiling_)) {}

  bool has_room(std::size_t in_flight, TimePoint now) const {
    return now >= hold_until_ && in_flight < limit();
  }
  std::size_t limit() const { return static_cast<std::size_t>(limit_); }
  TimePoint hold_until() const { return hold_until_; }

  // A reply came that shows the server to be at ease.
  void on_success();
  // The server asked to wait `delay`, or was not there. However many replies say so at about the same
  // time, the limit is halved once.
  void on_trouble(TimePoint now, Duration delay);

 private:
  static constexpr double kStart = 8;  // small enough not to hurt a server that is already busy
  double ceiling_;
  double limit_;
  bool starting_ = true;  // doubling, until the first trouble or the ceiling
  TimePoint hold_until_{};
};

}  // namespace kencrypt::rewrite
