// Which resources an element of an EncryptionConfiguration is about: "secrets", "deployments.apps",
// "*.apps", "*." (the core group), "*.*".
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace kencrypt::kube {

struct ResourceRule {
  std::string plural;  // or "*"
  std::string group;   // "" for the core group, or "*"
  friend bool operator==(const ResourceRule&, const ResourceRule&) = default;
};

// The group is what follows the first dot (k8s.io/apimachinery pkg/runtime/schema, ParseGroupResource).
ResourceRule parse_resource_rule(std::string_view text);

// The rules that can apply to a resource, the first that a configuration has counts (k8s.io/apiserver
// pkg/server/options/encryptionconfig/config.go, transformerFromOverrides).
std::array<ResourceRule, 3> rules_for(std::string_view plural, std::string_view group);

}  // namespace kencrypt::kube
