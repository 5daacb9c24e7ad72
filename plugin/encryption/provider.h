// What an object can be stored under, and what the transformer_prefix labels of the API server's
// storage metrics say about it.
//
// The label is the literal prefix of the stored value (k8s.io/apiserver pkg/storage/value/
// transformer.go). The three providers with named keys record two samples an operation: the outer
// prefix, and "<key name>:" alone. Nothing forbids a key name that looks like an outer prefix, so
// text that looks like one may be either; window.h reckons with both.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kencrypt::encryption {

enum class Provider {
  identity,  // plaintext
  aescbc,
  aesgcm,
  secretbox,
  kms_v1,
  kms_v2,
  other,  // begins like an encrypted value, but no provider this program knows
};

// The name in an EncryptionConfiguration and in reports: "identity", "aescbc", "aesgcm",
// "secretbox", "kmsv1", "kmsv2", "unrecognised".
std::string_view provider_name(Provider provider);

// Whether the provider's values carry the name of one of several keys (aescbc, aesgcm, secretbox).
bool has_named_keys(Provider provider);
bool is_kms(Provider provider);

struct StoredUnder {
  Provider provider = Provider::identity;
  // Key name; the name of the KMS plugin; "" for identity; the prefix itself for `other`.
  std::string key;
  // Of KMS v2: "sha256:..." of the ID of the plugin's key, as the server's metrics show it
  // (k8s.io/apiserver pkg/storage/value/encrypt/envelope/metrics). "" where it is not known.
  std::string key_id_hash = {};
  friend bool operator==(const StoredUnder&, const StoredUnder&) = default;
  friend auto operator<=>(const StoredUnder&, const StoredUnder&) = default;
};

// "aescbc/key1", "identity", "kmsv2/vault@0123456789ab" with the beginning of the key ID's hash.
// Control characters, which a key name may hold, are replaced.
std::string display(const StoredUnder& under);

// The beginning of a "sha256:..." hash, without the algorithm: for people.
std::string shown_hash(std::string_view hash);

// What a from_storage label means as an outer prefix; nullopt if it can only be a key name. The key
// is empty for providers with named keys.
std::optional<StoredUnder> outer_of(std::string_view prefix);

// The key name in an inner label, "<name>:"; nullopt if it cannot be one.
std::optional<std::string_view> key_of(std::string_view prefix);

}  // namespace kencrypt::encryption
