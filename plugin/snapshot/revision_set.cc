#include "snapshot/revision_set.h"

#include <algorithm>
#include <utility>

namespace kencrypt::snapshot {
namespace {

constexpr std::size_t kFirstSlots = 1024;
constexpr std::size_t kMaxProbes = 512;  // far beyond chance in a table that is half full
constexpr std::int64_t kMaxMain = std::int64_t{1} << 48;
constexpr std::int64_t kMaxSub = std::int64_t{1} << 16;

std::size_t spread(std::uint64_t packed) {
  packed = (packed ^ (packed >> 31)) * 0x9e3779b97f4a7c15;
  return static_cast<std::size_t>(packed ^ (packed >> 29));
}

}  // namespace

bool RevisionSet::add(const Revision& revision) {
  if (revision.main <= 0 || revision.main >= kMaxMain || revision.sub < 0 ||
      revision.sub >= kMaxSub)
    return true;
  if (count_ * 2 >= slots_.size() && count_ < limit_) grow();
  return insert(static_cast<std::uint64_t>(revision.main) << 16 |
                static_cast<std::uint64_t>(revision.sub));
}

bool RevisionSet::insert(std::uint64_t packed) {
  const std::size_t start = spread(packed);
  for (std::size_t i = 0; i < kMaxProbes; ++i) {
    std::uint64_t& slot = slots_[(start + i) & (slots_.size() - 1)];
    if (slot == packed) return false;
    if (slot != 0) continue;
    if (count_ < limit_) {
      slot = packed;
      ++count_;
    }
    return true;
  }
  return true;
}

void RevisionSet::grow() {
  const std::vector<std::uint64_t> old =
      std::exchange(slots_, std::vector<std::uint64_t>(std::max(kFirstSlots, slots_.size() * 2)));
  count_ = 0;
  for (const std::uint64_t packed : old)
    if (packed != 0) insert(packed);
}

}  // namespace kencrypt::snapshot
