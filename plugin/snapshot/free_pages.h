// What pages that are not in use still hold: bbolt overwrites a page only when it needs one again.
#pragma once

#include <string_view>

#include "snapshot/bolt_file.h"
#include "snapshot/found_value.h"
#include "snapshot/fragments.h"
#include "snapshot/revision_set.h"

namespace kencrypt::snapshot {

struct FreePageFacts {
  std::uint64_t pages = 0;   // not in use, to the end of the file
  std::uint64_t values = 0;  // whole revisions found there; those of other prefixes included
  std::uint64_t copies = 0;  // further copies of revisions that were met before
  Fragments fragments;  // beginnings of values whose page is gone, so that their key is not known
};

class FreePageScan {
 public:
  // All must outlive it. `used`: the pages in use. `met`: revisions that are not to be reported
  // (again). Only keys that begin with `prefix` are.
  FreePageScan(BoltFile& file, const PageSet& used, RevisionSet& met, std::string_view prefix,
               const FoundValueSink& sink)
      : file_(&file), used_(&used), met_(&met), prefix_(prefix), sink_(&sink) {}

  // Looks at every page of the first `size` bytes of the file that is not in use. What is there is
  // never an error: it may be anything. Errors: those of reading the file, those of the sink.
  Result<FreePageFacts> run(std::uint64_t size);

 private:
  bool in_use(std::uint64_t page) const { return page < used_->pages() && used_->contains(page); }
  // How many pages are looked at together with `page`, which is not in use.
  Result<std::uint64_t> extent(std::uint64_t page, std::uint64_t end);
  Result<void> look_at(std::uint64_t page, std::uint64_t count);
  Result<void> leaf(const Page& page);
  Result<bool> element(const LeafElement& element);

  BoltFile* file_;
  const PageSet* used_;
  RevisionSet* met_;
  std::string_view prefix_;
  const FoundValueSink* sink_;
  FreePageFacts facts_;
  FragmentScan fragments_;
};

}  // namespace kencrypt::snapshot
