// The libyaml that is loaded.
#pragma once

#include "base/library.h"

namespace kencrypt::document {

Library libyaml_library();

}  // namespace kencrypt::document
