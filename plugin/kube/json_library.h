// The RapidJSON that was compiled in.
#pragma once

#include "base/library.h"

namespace kencrypt::kube {

Library json_library();

}  // namespace kencrypt::kube
