// Reading discovery documents.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "kube/discovery.h"

namespace kencrypt::kube {

// What /api or /apis says: all of it, or which documents to ask for, in order of preference.
struct DiscoveryRoot {
  Discovery known;
  std::vector<GroupVersion> to_ask;
};

// APIGroupDiscoveryList (v2 and v2beta1), APIVersions or APIGroupList, told apart by their kind.
// Errors: protocol, for anything else, or for a name that could not be one; nothing of it is quoted.
Result<DiscoveryRoot> parse_discovery_root(std::string_view json);

// APIResourceList, without its subresources. Errors: as above.
Result<std::vector<ApiResource>> parse_resource_list(std::string_view json, const GroupVersion& served);

}  // namespace kencrypt::kube
