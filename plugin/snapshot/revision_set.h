// Which revisions have been met, so that each counts once however many copies there are.
#pragma once

#include <cstdint>
#include <vector>

#include "snapshot/revision_key.h"

namespace kencrypt::snapshot {

class RevisionSet {
 public:
  // 256 MiB of memory; 8 GiB of free pages full of objects of 500 bytes are fewer. Beyond it copies
  // count again.
  static constexpr std::size_t kMaxRevisions = std::size_t{1} << 24;

  explicit RevisionSet(std::size_t limit = kMaxRevisions) : limit_(limit) {}

  // Whether `revision` was not in the set; it is from now on. Also true for what cannot be
  // remembered: a revision above 2^48 or with more than 2^16 changes, or one too many.
  bool add(const Revision& revision);
  std::size_t size() const { return count_; }

 private:
  bool insert(std::uint64_t packed);
  void grow();

  std::vector<std::uint64_t> slots_;  // open addressing; 0 is a free slot, and no revision
  std::size_t limit_;
  std::size_t count_ = 0;
};

}  // namespace kencrypt::snapshot
