#include "snapshot/revision_gaps.h"

namespace kencrypt::snapshot {

void RevisionGaps::take(const Revision& revision, bool bumped) {
  const bool same = revision.main == before_.main;
  const std::int64_t next_sub = same ? before_.sub + 1 : 0;
  if (!bumped && revision.main - before_.main > 1) last_missing_ = revision.main - 1;
  if (!bumped && revision.sub != next_sub) last_missing_ = revision.main;
  before_ = revision;
}

}  // namespace kencrypt::snapshot
