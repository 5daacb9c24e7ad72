// Has a KMS v2 key changed so recently that a server may still write under the former one? Pure; key_history.h says why
// that is so.
#pragma once

#include <span>

#include "control_plane/finding.h"
#include "control_plane/server_check.h"

namespace kencrypt::control_plane {

Finding check_keys(std::span<const SeenServer> seen);

}  // namespace kencrypt::control_plane
