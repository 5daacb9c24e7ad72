// Objects that are to be sent again after a while.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "rewrite/flights.h"

namespace kencrypt::rewrite {

class WaitingRoom {
 public:
  void add(std::unique_ptr<RunningTask> task, TimePoint until) {
    waiting_.push_back({std::move(task), until});
  }
  // One that has waited long enough; null if there is none.
  std::unique_ptr<RunningTask> take(TimePoint now) {
    const auto due = std::find_if(waiting_.begin(), waiting_.end(),
                                  [now](const Waiting& waiting) { return waiting.until <= now; });
    if (due == waiting_.end()) return nullptr;
    std::unique_ptr<RunningTask> task = std::move(due->task);
    waiting_.erase(due);
    return task;
  }
  // When the next one will have waited long enough, `latest` at the latest; those that have already are
  // held up by something else and not counted.
  TimePoint next_due(TimePoint now, TimePoint latest) const {
    for (const Waiting& waiting : waiting_)
      if (waiting.until > now) latest = std::min(latest, waiting.until);
    return latest;
  }
  bool empty() const { return waiting_.empty(); }
  // When everything fails there is no use in trying more.
  bool full() const { return waiting_.size() >= kMaxWaiting; }

 private:
  static constexpr std::size_t kMaxWaiting = 256;
  struct Waiting {
    std::unique_ptr<RunningTask> task;
    TimePoint until;
  };
  std::vector<Waiting> waiting_;
};

}  // namespace kencrypt::rewrite
