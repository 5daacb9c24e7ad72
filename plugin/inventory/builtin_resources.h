// The resources that kube-apiserver itself stores, and the folder below --etcd-prefix where each lies.
#pragma once

#include <span>
#include <string_view>

namespace kencrypt::inventory {

struct BuiltinResource {
  std::string_view folder;  // "deployments", "services/specs"
  std::string_view plural;
  std::string_view group;  // "" for the core group
};

std::span<const BuiltinResource> builtin_resources();

// nullptr for what is not in the table. The result has static lifetime.
const BuiltinResource* find_by_folder(std::string_view folder);
const BuiltinResource* find_by_name(std::string_view plural, std::string_view group);

}  // namespace kencrypt::inventory
