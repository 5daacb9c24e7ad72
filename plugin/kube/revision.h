// Comparing what is stored, by resourceVersion and by place in a list.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "kube/resource.h"

namespace kencrypt::kube {

// A resourceVersion as the etcd revision that it is, which clients may compare (KEP-5504); nullopt if it is
// no such number.
std::optional<std::uint64_t> to_revision(std::string_view resource_version);

// Whether a list has `a` before `b`: the order of their keys in etcd, "namespace/name" byte by byte.
bool listed_before(const ObjectName& a, const ObjectName& b);

}  // namespace kencrypt::kube
