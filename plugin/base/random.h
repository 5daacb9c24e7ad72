// Bytes for keys, from the system's generator alone.
#pragma once

#include <cstddef>

#include "base/result.h"
#include "base/secret.h"

namespace kencrypt {

// getentropy(3), which waits until the generator has been seeded. Errors: io, where the system has no generator.
Result<SecretBytes> random_bytes(std::size_t count);

}  // namespace kencrypt
