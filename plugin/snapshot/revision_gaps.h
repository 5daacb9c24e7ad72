// Whether revisions are missing from a database. etcd counts up by one with every transaction that
// changes something, and within it with every change (server/storage/mvcc/kvstore_txn.go), so that
// only a compaction leaves gaps, and those up to its own revision.
#pragma once

#include <cstdint>

#include "snapshot/revision_key.h"

namespace kencrypt::snapshot {

class RevisionGaps {
 public:
  // Revisions come in ascending order. `bumped`: one that `etcdutl snapshot restore
  // --bump-revision` has made (etcdutl/snapshot/v3_snapshot.go), which has neither key nor value,
  // and a gap before it.
  void take(const Revision& revision, bool bumped);
  // The last revision that is missing, in whole or in part; 0 if none is.
  std::int64_t last_missing() const { return last_missing_; }

 private:
  Revision before_{.main = 1, .sub = 0};  // etcd begins with 2
  std::int64_t last_missing_ = 0;
};

}  // namespace kencrypt::snapshot
