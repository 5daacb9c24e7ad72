// How many namespaces to read in one window. Pure.
//
// A window of many namespaces that turns out to be all under one key settles all of them; one that
// is mixed settles none, and its reads are lost. So it begins with all of them at once, and looks
// for what spoils a window by halving it (F. K. Hwang, A Method for Detecting All Defective Members
// in a Population by Group Testing, 1972): each namespace that is unlike the others costs a number
// of windows that grows with the logarithm of the number of namespaces, however many there are.
// Where such namespaces are dense it falls back to one by one.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>

namespace kencrypt::census {

class GroupPlan {
 public:
  // How many of the `left` next namespaces to try, at least 1 and at most `left`, which is not 0.
  std::size_t next(std::size_t left) const {
    const std::size_t wanted = suspect_ > 0 ? std::max<std::size_t>(suspect_ / 2, 1) : size_;
    return std::clamp<std::size_t>(wanted, 1, left);
  }

  // A window of the next `namespaces` settled them all.
  void on_uniform(std::size_t namespaces) {
    good_ += namespaces;
    if (suspect_ > 0)
      suspect_ -= std::min(suspect_, namespaces);
    else
      size_ = std::max(size_, doubled(namespaces));
  }

  // A window of the next `namespaces`, at least 2, is not all under one key: one of them may be
  // mixed, or be under another key than its neighbours.
  void on_mixed(std::size_t namespaces) {
    if (suspect_ == 0) size_ = std::min(size_, namespaces);
    suspect_ = namespaces;
  }

  // The next namespace was measured by itself, and is mixed or the last of a mixed window.
  void on_odd() {
    suspect_ = 0;
    size_ = std::max<std::size_t>({doubled(good_), size_ / kLessAfterOdd, 1});
    good_ = 0;
  }

  // Whether the next namespace is known to be what spoilt a window.
  bool is_last_suspect() const { return suspect_ == 1; }

 private:
  // One odd namespace is no sign of many; where they are dense a few of them bring the size down.
  static constexpr std::size_t kLessAfterOdd = 4;

  static std::size_t doubled(std::size_t number) {
    return number > std::numeric_limits<std::size_t>::max() / 2 ? number : 2 * number;
  }

  std::size_t size_ = std::numeric_limits<std::size_t>::max();
  std::size_t suspect_ = 0;  // so many of the next were in a window that was mixed
  std::size_t good_ = 0;     // settled since the last odd one
};

}  // namespace kencrypt::census
