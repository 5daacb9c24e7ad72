// What an entry of etcd's write-ahead log puts: the values within requests.
//
// go.etcd.io/raft raftpb/raft.proto (Entry), etcd api/etcdserverpb/raft_internal.proto
// (InternalRaftRequest) and rpc.proto (PutRequest, TxnRequest, RequestOp).
#pragma once

#include <string_view>

#include "snapshot/found_value.h"

namespace kencrypt::snapshot {

// How many transactions may be within each other. The API server makes none, and etcd's clients
// hardly any; the bound is for made-up files.
inline constexpr int kMaxTxnDepth = 8;

enum class WalRequest {
  read,   // its puts, if it has any, went to the sink
  other,  // no request for the key-value store: a change of the membership, or of etcd's API v2
};

// Gives the keys and values that the raft entry `entry` (raftpb.Entry) puts, whichever way a
// transaction goes, to `sink` as Place::wal; revisions are not known here, so they are 0. Only keys
// that begin with `prefix`. Errors: those of the sink.
Result<WalRequest> read_wal_entry(std::string_view entry, std::string_view prefix,
                                  const FoundValueSink& sink);

}  // namespace kencrypt::snapshot
