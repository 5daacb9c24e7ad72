// Whether a key opens the body of a stored value.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "encryption/provider.h"

namespace kencrypt::encryption {

// The object in `body`, in memory that is wiped; nullopt if `key` does not open it: it is another
// key, or the body was changed. Of these providers:
//
//   aescbc     nothing vouches for the text but its padding, which one wrong key in 256 also
//   yields, so
//              it must begin like an object, too; what was changed later in the text goes unseen
//   aesgcm     vouches for the text and for `etcd_key`, the value's whole key in etcd: a value that
//   was
//              copied to another key does not open
//   secretbox  vouches for the text
//
// With any other provider: nullopt; a KMS plugin's keys are not to be had. Errors: config (a key of
// the wrong length), too_large, io (the system's libraries cannot do it).
Result<std::optional<SecretBytes>> decrypt_body(Provider provider, std::string_view key,
                                                std::string_view body, std::string_view etcd_key);

// Whether the provider takes keys of this many bytes (pkg/apis/apiserver/validation).
bool fits_provider(Provider provider, std::size_t key_bytes);

// Whether text begins, and for JSON ends, as the API server writes objects: enough to tell one from
// what a wrong key makes of a value (less than one in a million of these pass), not to say that it
// is sound.
bool resembles_object(std::string_view plaintext);

}  // namespace kencrypt::encryption
