// What a run is about to write.
#pragma once

#include <cstdint>
#include <optional>

#include "kube/resource.h"

namespace kencrypt::control_plane {

struct Subject {
  kube::Resource resource;
  std::optional<std::uint64_t> objects;  // how many, where it is known
};

}  // namespace kencrypt::control_plane
