// All of a member's write-ahead log (`member/wal`): every value that was written since the oldest
// segment that is left, whatever became of it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "snapshot/byte_source.h"
#include "snapshot/found_value.h"
#include "snapshot/wal_segment.h"

namespace kencrypt::snapshot {

struct WalFacts {
  std::uint64_t segments = 0;
  std::uint64_t bytes = 0;    // of records
  std::uint64_t entries = 0;  // of raft
  std::uint64_t puts = 0;     // values with the prefix
  std::uint64_t other = 0;    // entries that are no request for the key-value store
  bool torn = false;  // the last record was not written to its end, which is normal after a crash
                      // or in a copy of a running member's log
  std::vector<std::string> unread;  // files in the directory that are no segments, such as
                                    // "*.wal.broken": they may hold values too; at most kMaxUnread
};

inline constexpr std::size_t kMaxUnread = 100;  // names to be shown to a person
inline constexpr std::size_t kMaxSegments =
    4096;  // 64 MB each: etcd keeps five unless told otherwise

// Reads all segments ("%016x-%016x.wal") of `directory` in order and gives what they put, with keys
// that begin with `prefix`, to `sink`. Errors: io (also: no segments), config (a segment is missing
// in between, a record is damaged; names file and offset), too_large; those of the sink as they
// are.
Result<WalFacts> read_wal(const std::filesystem::path& directory, std::string_view prefix,
                          const FoundValueSink& sink);

// The same of one segment, whose facts are added to `facts`. `crc` as for WalSegment.
Result<void> read_wal_segment(ByteSource& source, WalCrc& crc, bool last, std::string_view prefix,
                              const FoundValueSink& sink, WalFacts& facts);

}  // namespace kencrypt::snapshot
