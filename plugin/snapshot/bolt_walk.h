// The walk over one tree of a bbolt file, in the order of its keys.
#pragma once

#include <string>
#include <vector>

#include "snapshot/bolt_file.h"

namespace kencrypt::snapshot {

// How many branch pages may be above a leaf. A tree of bbolt has at least two children a branch
// when it is written, so that 64 levels would be more pages than there are numbers for.
inline constexpr std::size_t kMaxDepth = 64;

// What a branch says of a child: the keys in it begin with `first` and come before `end`; "" where
// it says nothing.
struct KeySpan {
  std::string first;
  std::string end;
};

// One use is one walk. Every page must begin with the key that the page above names, as bbolt
// leaves it (node.go, spill): one that was used again for something else while the file was copied
// seldom does.
class BoltWalk {
 public:
  // All three must outlive it. Pages are added to `seen`.
  BoltWalk(BoltFile& file, PageSet& seen, const LeafSink& sink)
      : file_(&file), seen_(&seen), sink_(&sink) {}

  // Errors: config for what is no tree of bbolt (names the page); those of the sink.
  Result<void> run(std::uint64_t root);
  // The elements of a leaf that is all of a tree.
  Result<void> only_leaf(const Page& page) { return leaf(page, {}); }

 private:
  struct Child {
    std::uint64_t id = 0;
    std::string first;
  };
  struct Level {
    std::vector<Child> children;
    std::string end;  // of the last child's span
    std::size_t next = 0;
  };

  Result<void> visit(std::uint64_t id, const KeySpan& span);
  Result<void> branch(const Page& page, const KeySpan& span);
  Result<void> leaf(const Page& page, const KeySpan& span);

  BoltFile* file_;
  PageSet* seen_;
  const LeafSink* sink_;
  std::vector<Level> levels_;  // the way from the root to here
};

}  // namespace kencrypt::snapshot
