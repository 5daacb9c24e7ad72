// The libsodium that is loaded.
#pragma once

#include "base/library.h"

namespace kencrypt::encryption {

Library sodium_library();

}  // namespace kencrypt::encryption
