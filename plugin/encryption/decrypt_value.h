// Whether a stored value decrypts, as an API server with these keys would try.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "encryption/config_entries.h"
#include "encryption/provider.h"

namespace kencrypt::encryption {

enum class Outcome {
  decrypts,              // a listed key opens it
  not_encrypted,         // plaintext, which this resource may be stored as
  identity_not_allowed,  // plaintext, but `identity` is not listed: the server cannot read it
  wrong_key,         // a key of this name is listed and does not open it: the name stands for other
                     // bytes now, or the value was damaged or moved to another key of etcd
  no_such_key,       // no listed key has its provider and name
  damaged,           // cut short or malformed: no key can open it (stored_value.h, Shape)
  needs_kms_plugin,  // listed, but only the KMS plugin could tell; nothing is wrong with it
};

// "decrypts", "not-encrypted", "identity-not-allowed", "wrong-key", "no-such-key", "damaged",
// "needs-kms-plugin".
std::string_view outcome_name(Outcome outcome);

// Whether an API server with these keys surely fails to read the value.
bool is_unreadable(Outcome outcome);

struct Decryption {
  Outcome outcome = Outcome::no_such_key;
  StoredUnder under;  // what opened it, or what it claims to be stored under
  // If it decrypts, or is plaintext that may be: which of the listed keys that was, counted over
  // all providers (identity and a KMS count as one). Only what 0 wrote is current; the server calls
  // the rest stale.
  std::size_t position = 0;
  SecretBytes plaintext;  // if it decrypts; with not_encrypted it is the value itself
};

// Tries the providers in order, and of each the keys whose names fit, until one opens `value`,
// which is stored in etcd under `etcd_key` (all of it, with the prefix: aesgcm vouches for it).
// `providers` as KeyRing::providers_for() gives them; none means that the resource is not
// encrypted. Errors: io, where the system's libraries cannot decrypt; too_large. Both say nothing
// about the value.
Result<Decryption> decrypt_value(std::string_view value, std::string_view etcd_key,
                                 const std::vector<const ProviderKeys*>& providers);

}  // namespace kencrypt::encryption
