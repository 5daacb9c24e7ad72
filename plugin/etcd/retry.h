// How often a call to etcd is made again, and after how long.
#pragma once

#include "etcd/channel.h"
#include "http/retry.h"

namespace kencrypt::etcd {

// In a row, without an answer in between: some 20 s in all, which outlasts the election of a leader
// and a member's restart.
inline constexpr int kMaxRepetitions = 7;

class Repetitions {
 public:
  explicit Repetitions(const Channel& channel) : channel_(&channel) {}

  // Waits, if the call that ended in `error` is worth repeating; else says no at once. Before the
  // first answer, nobody at the address, or one who hangs up, is a wrong address rather than a
  // member that is away.
  bool wait_after(const Error& error) {
    const bool nobody =
        error.kind == ErrorKind::unreachable || error.kind == ErrorKind::connection_lost;
    const bool wrong_address = !channel_->settled() && nobody;
    if (wrong_address || !http::is_transient(error.kind) || made_ >= kMaxRepetitions) return false;
    const TimePoint until = channel_->clock().now() + http::backoff(++made_, kNoJitter);
    while (channel_->clock().now() < until) channel_->transport().run_once(until);
    return true;
  }
  void succeeded() { made_ = 0; }

 private:
  static constexpr std::uint32_t kNoJitter = 999;  // one client, one call at a time

  const Channel* channel_;
  int made_ = 0;
};

}  // namespace kencrypt::etcd
