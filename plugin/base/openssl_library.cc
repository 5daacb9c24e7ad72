#include <openssl/crypto.h>

#include "base/library.h"

namespace kencrypt {

Library openssl_library() { return {"openssl", OpenSSL_version(OPENSSL_VERSION_STRING)}; }

}  // namespace kencrypt
