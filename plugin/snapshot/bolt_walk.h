// The walk over one tree of a bbolt file, in the order of its keys.
#pragma once

#include <string>
#include <vector>

#include "snapshot/bolt_file.h"

namespace kencrypt::snapshot {

// How many branch pages may be above a leaf. A tree of bbolt has at least two children a branch
// when it is written, so that 64 levels would be more pages than there are numbers for.
inline constexpr std::size_t kMaxDepth = 64;

// One use is one walk.
class BoltWalk {
 public:
  // All three must outlive it. Pages are added to `seen`.
  BoltWalk(BoltFile& file, PageSet& seen, const LeafSink& sink)
      : file_(&file), seen_(&seen), sink_(&sink) {}

  // Errors: config for what is no tree of bbolt (names the page); those of the sink.
  Result<void> run(std::uint64_t root);
  // The elements of one leaf.
  Result<void> leaf(const Page& page);

 private:
  struct Level {
    std::vector<std::uint64_t> children;
    std::size_t next = 0;
  };

  Result<void> visit(std::uint64_t id);
  Result<void> branch(const Page& page);

  BoltFile* file_;
  PageSet* seen_;
  const LeafSink* sink_;
  std::vector<Level> levels_;  // the way from the root to here
  std::string last_key_;       // of the leaf before
  bool first_leaf_ = true;
};

}  // namespace kencrypt::snapshot
