// XSalsa20-Poly1305 as the provider secretbox uses it (k8s.io/apiserver pkg/storage/value/encrypt/
// secretbox), by libsodium.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace kencrypt::encryption {

// A nonce of 24 bytes, a tag of 16, the text. `key` has 32 bytes; nullopt if it does not open the
// bytes, or they were changed. Errors: config (a key of another length), io (libsodium could not be
// started).
Result<std::optional<SecretBytes>> open_secretbox(std::string_view key, std::string_view sealed);

}  // namespace kencrypt::encryption
