// The limit on content kept in memory at once: objects that are being written, and those that wait to be
// sent again.
#pragma once

#include <cstddef>

namespace kencrypt::rewrite {

class HeldBytes {
 public:
  // An object of any size may go alone, so the most held is `limit` and one object.
  explicit HeldBytes(std::size_t limit) : limit_(limit) {}

  bool has_room() const { return held_ < limit_; }
  void add(std::size_t bytes) { held_ += bytes; }
  void remove(std::size_t bytes) { held_ -= bytes; }
  std::size_t held() const { return held_; }

 private:
  std::size_t limit_;
  std::size_t held_ = 0;
};

}  // namespace kencrypt::rewrite
