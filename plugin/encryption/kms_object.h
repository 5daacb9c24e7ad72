// The bodies of values that a KMS plugin's keys encrypt: what can be told of them without the
// plugin.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kencrypt::encryption {

// KMS v1 (k8s.io/apiserver pkg/storage/value/encrypt/envelope/envelope.go): two bytes of length,
// big endian, the encrypted data key, and the sealed object. Nothing says under which key of the
// plugin.
struct KmsV1Body {
  std::string_view encrypted_key;
  std::string_view sealed;
};

// nullopt if the body is too short for what its length says. The views are part of `body`.
std::optional<KmsV1Body> read_kms_v1(std::string_view body);

// How the data key of a KMS v2 value comes from its encrypted source (kmsv2/v2/api.proto).
enum class DekSource : std::uint8_t {
  aes_gcm_key = 0,  // is the key; written by 1.25 to 1.28
  hkdf_sha256_xnonce_aes_gcm_seed =
      1  // is a seed that the key is derived from; all of 1.29 and later
};

// The limits of kmsv2/envelope.go, which the server checks when it writes and when it reads.
inline constexpr std::size_t kMaxKmsKeyId = 1024;
inline constexpr std::size_t kMaxEncryptedDekSource = 1024;
inline constexpr std::size_t kMaxKmsAnnotations = 32 * 1024;  // keys and values together

// KMS v2: the protobuf message EncryptedObject. Everything but `sealed` is plaintext that the
// plugin gave; none of it is secret. The views are part of the body.
struct KmsObject {
  std::string_view key_id;  // of the plugin's key; compare with the server's current one
  std::string_view encrypted_dek_source;
  DekSource source_type = DekSource::aes_gcm_key;
  std::size_t annotations = 0;  // how many
  std::string_view sealed;

  // "sha256:<hex>" of the encrypted source: values with the same one share a data key. Each API
  // server has its own, so different ones do not mean that a value is stale.
  std::string dek_source_hash() const;
  // "sha256:<hex>" of the key ID, as the server's metrics show it (key_id_hash).
  std::string key_id_hash() const;
};

// nullopt for what is no such message or breaks a limit: no server reads it.
std::optional<KmsObject> read_kms_object(std::string_view body);

}  // namespace kencrypt::encryption
