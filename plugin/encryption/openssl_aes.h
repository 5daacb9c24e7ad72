// AES as the providers aescbc, aesgcm and the KMS ones use it (k8s.io/apiserver pkg/storage/value/
// encrypt/aes), by OpenSSL.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace kencrypt::encryption {

// OpenSSL counts in int; etcd refuses requests of far less (--max-request-bytes).
inline constexpr std::size_t kMaxSealed = 1U << 30;

// Both: `key` has 16, 24 or 32 bytes; nullopt if the key does not open the bytes, or they were
// changed. Errors: config (a key of another length), too_large, io (this OpenSSL cannot do it).

// An IV of 16 bytes, then blocks whose last one ends in PKCS#7 padding, which is checked. Nothing
// else tells a wrong key: one in 256 passes.
Result<std::optional<SecretBytes>> open_aes_cbc(std::string_view key, std::string_view sealed);

// A nonce of 12 bytes, the text, a tag of 16. `associated` is what else the tag vouches for.
Result<std::optional<SecretBytes>> open_aes_gcm(std::string_view key, std::string_view sealed,
                                                std::string_view associated);

}  // namespace kencrypt::encryption
