// What etcd's bucket `meta` says of the database.
//
// etcd server/storage/schema/schema.go, cindex.go, storage/mvcc/store.go.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kencrypt::snapshot {

struct EtcdMeta {
  std::int64_t scheduled_compact = 0;  // the revision that a compaction was last begun for
  std::int64_t finished_compact = 0;   // and ended
  std::uint64_t consistent_index = 0;  // the last raft entry that is in here
  std::uint64_t term = 0;              // of raft; since 3.5
  std::string storage_version;         // "3.6.0"; since 3.6

  // Takes one element of the bucket; what is not known or has not its form is let go by.
  void take(std::string_view key, std::string_view value);
};

}  // namespace kencrypt::snapshot
