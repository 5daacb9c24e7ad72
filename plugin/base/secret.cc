#include "base/secret.h"

#include <openssl/crypto.h>

namespace kencrypt {

void wipe(void* data, std::size_t size) noexcept {
  if (size > 0) OPENSSL_cleanse(data, size);
}

}  // namespace kencrypt
