// Where in etcd's files a value was found.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "etcd/key_value.h"

namespace kencrypt::snapshot {

enum class Place : std::uint8_t {
  current,     // what a reader of etcd gets
  superseded,  // an older revision of a key that is there; compaction removes it
  deleted,     // a revision of a key that is not there any more; compaction removes it
  free_page,   // in a page that is not in use; overwritten one day, or gone after a defragmentation
  wal,         // in a write-ahead log; gone when etcd removes the segment
};

// "current", "superseded", "deleted", "free page", "write-ahead log".
std::string_view place_name(Place place);

// Takes what was found, in no particular order. As for etcd::KeyValueSink: views are valid during
// the call, an error ends the reading and is what the reader returns.
using FoundValueSink = std::function<Result<void>(Place, const etcd::KeyValue&)>;

}  // namespace kencrypt::snapshot
