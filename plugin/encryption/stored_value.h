// What one stored value is, by its bytes alone: what it is stored under, and whether it has the
// shape that this provider writes. Nothing is decrypted.
//
// A value is "<prefix of the provider><name of the key>:<body>" (k8s.io/apiserver
// pkg/storage/value/ transformer.go, pkg/server/options/encryptionconfig/config.go), or, under
// identity, the object itself, which never begins with "k8s:enc:"
// (pkg/storage/value/encrypt/identity). Beware of "k8s\0", with which most plaintext begins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "encryption/encryption_config.h"
#include "encryption/provider.h"

namespace kencrypt::encryption {

// How an object is written down (k8s.io/apimachinery pkg/runtime/serializer).
enum class Medium {
  none,      // nothing can be seen: it is encrypted
  protobuf,  // begins with "k8s\0"
  json,      // begins with "{"
  cbor,      // begins with the self-describing tag d9 d9 f7
  other,     // no object: etcd also holds numbers and markers, such as compact_rev_key
};

// "", "protobuf", "json", "cbor", "unknown".
std::string_view medium_name(Medium medium);

// Of plaintext, by its first bytes; never `none`.
Medium medium_of(std::string_view plaintext);

// How well the name in a value is known. Names of keys may hold ':', which also ends them, so that
// the bytes alone do not always say it.
enum class NameFrom {
  nowhere,      // the provider has no keys (identity), is not known, or nothing ends the name
  value,        // KMS v2, whose names hold no ':'
  config,       // the configuration lists it, and no other name of its fits
  ambiguous,    // several names of the configuration fit ("a" and "a:b"); the first is given
  first_colon,  // no configuration, or none of its names fits: taken up to a ':', most likely right
};

// Whether a value could have been written like this. Anything but `sound` cannot be decrypted,
// whatever the key: the value is damaged, or was never written by an API server.
enum class Shape {
  sound,
  no_name,     // nothing ends the name of the key
  too_short,   // the body is shorter than that of an empty object
  not_blocks,  // aescbc, and no whole number of AES blocks
  bad_kms,     // the body is not what wraps a KMS-encrypted value
};

// Words for a report, such as "cut short"; "" if sound.
std::string_view shape_words(Shape shape);

struct StoredValue {
  StoredUnder under;  // its key is "" where it could not be made out; may hold any bytes
  NameFrom name_from = NameFrom::nowhere;
  Shape shape = Shape::sound;
  Medium medium = Medium::none;
  std::string_view body;  // what follows the name; all of the value under identity; part of `value`
};

// Names of keys are short words; longer ones are believed only if a configuration lists them.
inline constexpr std::size_t kMaxGuessedName = 512;

// `config`: what the API server's configuration says about the resource, or null. Never fails, and
// looks at no more than the prefix, the name, and the outline of the body.
StoredValue read_stored_value(std::string_view value, const EncryptionConfig* config);

// Whether `value` claims to be encrypted: it begins with the eight bytes "k8s:enc:".
bool claims_encryption(std::string_view value);

// What precedes "<name>:" in a value under `provider`; "" for identity and other.
std::string_view stored_prefix(Provider provider);

// Whether a body of `provider` has the shape it is written in; sound for identity and other.
Shape body_shape(Provider provider, std::string_view body);

}  // namespace kencrypt::encryption
