// Which pages of a file have been seen: one bit a page.
#pragma once

#include <cstdint>
#include <vector>

namespace kencrypt::snapshot {

class PageSet {
 public:
  // Pages 0 to `pages` - 1, none of them in the set.
  explicit PageSet(std::uint64_t pages)
      : pages_(pages), words_(static_cast<std::size_t>((pages + 63) / 64)) {}

  std::uint64_t pages() const { return pages_; }
  std::uint64_t count() const { return count_; }
  // Whether `page`, which is below pages(), is in the set.
  bool contains(std::uint64_t page) const { return (words_[page / 64] >> (page % 64) & 1U) != 0; }
  // Adds `count` pages from `first` on. False, and nothing said about what was added, if one of
  // them is not below pages() or is in the set already.
  bool add(std::uint64_t first, std::uint64_t count) {
    if (first >= pages_ || count > pages_ - first) return false;
    for (std::uint64_t page = first; page < first + count; ++page) {
      if (contains(page)) return false;
      words_[page / 64] |= std::uint64_t{1} << (page % 64);
      ++count_;
    }
    return true;
  }

 private:
  std::uint64_t pages_;
  std::uint64_t count_ = 0;
  std::vector<std::uint64_t> words_;
};

}  // namespace kencrypt::snapshot
