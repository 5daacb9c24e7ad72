// One kind of object of a rewrite, and which of them.
#pragma once

#include <vector>

#include "kube/name_list.h"
#include "kube/resource.h"

namespace kencrypt::rewrite {

struct Target {
  kube::Resource resource;
  kube::Selection selection;
  std::vector<kube::ObjectName> names;  // not empty: just these, the selection is ignored
};

}  // namespace kencrypt::rewrite
