// The keys of etcd's bucket `key`: revisions.
//
// etcd server/storage/mvcc/revision.go: main and sub revision in network order with '_' between
// them, and 't' behind them for a tombstone (what a deletion leaves).
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace kencrypt::snapshot {

struct Revision {
  std::int64_t main = 0;  // of the transaction; an object's resourceVersion
  std::int64_t sub = 0;   // of the change within it
  friend auto operator<=>(const Revision&, const Revision&) = default;
};

struct RevisionKey {
  Revision revision;
  bool tombstone = false;

  // nullopt for what is no such key.
  static std::optional<RevisionKey> parse(std::string_view bytes);
};

}  // namespace kencrypt::snapshot
