// Reading the objects that define further APIs: CustomResourceDefinition, APIService.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kube/discovery.h"

namespace kencrypt::kube {

// An element of spec.versions of a CustomResourceDefinition (k8s.io/apiextensions-apiserver
// pkg/apis/apiextensions/v1).
struct DefinedVersion {
  std::string name;
  bool served = false;
  bool storage = false;  // new values are stored in this version; true for exactly one
};

// Errors: protocol, for anything but a CustomResourceDefinition with versions.
Result<std::vector<DefinedVersion>> parse_defined_versions(std::string_view json);

// From an APIServiceList: the groups and versions that have spec.service. Errors: protocol.
Result<std::vector<GroupVersion>> parse_passed_on(std::string_view json);

}  // namespace kencrypt::kube
