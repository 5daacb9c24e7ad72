#include "encryption/sodium_library.h"

#include <sodium.h>

namespace kencrypt::encryption {

Library sodium_library() { return {"libsodium", sodium_version_string()}; }

}  // namespace kencrypt::encryption
