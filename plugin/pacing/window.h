// How many objects may be on their way at once: grows while the server keeps up, halves when it
// says that it cannot or answers far more slowly than it did, and holds everything back for as long
// as the server asks (Retry-After).
//
// Growth is AIMD as in TCP (RFC 5681): one more a reply until more no longer makes it faster, then
// one more a round. Rising latency alone says nothing, since a full server queues what we send:
// with X the best rate seen, Little's law makes limit / X of it. What is far beyond that is the
// server's trouble.
#pragma once

#include <cstddef>

#include "base/clock.h"
#include "pacing/trouble.h"

namespace kencrypt::pacing {

class Window {
 public:
  // `ceiling`: the most that may ever be in flight, at least 1.
  explicit Window(std::size_t ceiling);

  bool has_room(std::size_t in_flight, TimePoint now) const {
    return now >= hold_until_ && in_flight < limit();
  }
  std::size_t limit() const { return static_cast<std::size_t>(limit_); }
  TimePoint hold_until() const { return hold_until_; }

  // A reply came that shows the server to be at ease, `latency` after it was asked.
  void on_success(TimePoint now, Duration latency);
  // The server asked to wait `delay`, or was not there. However many replies say so at about the
  // same time, the limit is halved once.
  void on_trouble(TimePoint now, Duration delay, Trouble trouble);

 private:
  void grow(TimePoint now);
  void end_round(TimePoint now);
  void begin_round(TimePoint now);
  void halve();

  double ceiling_;
  double limit_;
  bool starting_ = true;  // doubling
  TimePoint hold_until_{};
  // Where the server last protested: above nine tenths of it the limit grows by one a second.
  double barred_;
  TimePoint last_probe_{};
  // The round: so many replies, together so long on their way.
  bool in_round_ = false;
  TimePoint round_began_{};
  double replies_ = 0;
  double latency_sum_ = 0;  // seconds
  // What is known of the server.
  double best_rate_ = 0;        // replies a second
  double least_latency_ = 1e9;  // seconds, mean of a round
  double last_rate_ = 0;
};

}  // namespace kencrypt::pacing
