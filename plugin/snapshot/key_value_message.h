// mvccpb.KeyValue (etcd api/mvccpb/kv.proto): what a revision holds.
#pragma once

#include <optional>
#include <string_view>

#include "etcd/key_value.h"

namespace kencrypt::snapshot {

// Views into `message`. nullopt if it is no such message, or names no key, as etcd's always do.
std::optional<etcd::KeyValue> parse_key_value(std::string_view message);

}  // namespace kencrypt::snapshot
