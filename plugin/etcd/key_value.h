// One key of etcd as every door gives it: a range scan, a snapshot or db file, a write-ahead log.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "base/result.h"

namespace kencrypt::etcd {

// mvccpb.KeyValue (etcd api/mvccpb/kv.proto), reduced to what is reckoned with. The views are valid
// during the call that they are given to. `value` may hold a Secret in plaintext: it is looked at, never
// copied, printed or logged.
struct KeyValue {
  std::string_view key;
  std::string_view value;
  std::int64_t create_revision = 0;
  std::int64_t mod_revision = 0;  // the object's resourceVersion
  std::int64_t version = 0;       // writes since it was created
};

// Takes keys in ascending order, each once. An error ends the reading and is what the reader returns.
using KeyValueSink = std::function<Result<void>(const KeyValue&)>;

}  // namespace kencrypt::etcd
