// The request and the reply of etcd's KV.Range in both of their forms: protobuf as gRPC carries it,
// and the JSON of the gateway (etcd api/etcdserverpb/rpc.proto and api/mvccpb/kv.proto; JSON by
// protobuf.dev/programming-guides/json: bytes in base64, 64-bit numbers as strings, defaults left
// out).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "etcd/key_value.h"

namespace kencrypt::etcd {

struct RangeRequest {
  std::string key;
  std::string range_end;      // the first key beyond; "\0": none is
  std::size_t limit = 0;      // keys at the most; 0: all
  std::int64_t revision = 0;  // of the store; 0: the newest
};

// The end of the keys that begin with `prefix`: its last byte that can be counted up is, and what
// follows it is dropped; "\0" for a prefix that has none, as the empty one (client/v3/op.go
// getPrefix).
std::string range_end_of(std::string_view prefix);

// One reply. Move it, do not copy it: the views of `kvs` are into `bytes`.
struct RangePage {
  SecretBytes bytes;
  std::vector<KeyValue> kvs;
  std::uint64_t cluster_id = 0;
  std::int64_t revision = 0;  // of the store when it answered
  bool more = false;
  std::int64_t count = 0;  // of the whole range, whatever the limit
};

std::string range_request_message(const RangeRequest& request);
std::string range_request_json(const RangeRequest& request);

// Take the message, or the document, and make a page of it. Unknown fields are skipped. Errors:
// protocol, where it is malformed, a key is empty, or there are more keys than `limit` (unless 0),
// which bounds what a page takes in memory beside its bytes. No message holds any part of the
// reply.
Result<RangePage> parse_range_message(SecretBytes framed, std::size_t limit);
Result<RangePage> parse_range_json(SecretBytes document, std::size_t limit);

}  // namespace kencrypt::etcd
