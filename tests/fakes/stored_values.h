// Values as etcd holds them, made with Python's cryptography and with libsodium from the
// descriptions in k8s.io/apiserver pkg/storage/value/encrypt: of the plaintext "k8s\0hello", under
// keys of the bytes 0, 1, 2, ..., for the etcd key /registry/secrets/default/demo.
#pragma once

#include <string>
#include <string_view>

#include "base/base64.h"

namespace kencrypt::fakes {

inline constexpr std::string_view kEtcdKey = "/registry/secrets/default/demo";
inline constexpr std::string_view kPlaintext{"k8s\0hello", 9};

// Under the name key1 and a key of 32 bytes.
inline constexpr std::string_view kAesCbc =
    "azhzOmVuYzphZXNjYmM6djE6a2V5MToQERITFBUWFxgZGhscHR4fto2X1ifNfh6shqQADqfvnQ==";
inline constexpr std::string_view kAesGcm =
    "azhzOmVuYzphZXNnY206djE6a2V5MTogISIjJCUmJygpKiu5AtVwBP12YnXDYKhTtm1aiq4ETbip7Brt";
inline constexpr std::string_view kSecretbox =
    "azhzOmVuYzpzZWNyZXRib3g6djE6a2V5MTowMTIzNDU2Nzg5Ojs8PT4/"
    "QEFCQ0RFRkc5ap4JVohFkxOmXxO7rHNG9QgUMv66sq2e";
// Of the plugin "prov", key ID "kek-1", encrypted source "ENCDEK"; the seed is a key of 32 bytes,
// and the data key derived from it is kKmsV2DataKey (hex).
inline constexpr std::string_view kKmsV2 =
    "azhzOmVuYzprbXM6djI6cHJvdjoKRVBRUlNUVVZXWFlaW1xdXl9gYWJjZGVmZ2hpamtsbW5vICEiIyQlJicoKSorCc3EDT"
    "wQ"
    "9IXBtKOTT1YjWmUXhsYV9u9YRhIFa2VrLTEaBkVOQ0RFSygB";
inline constexpr std::string_view kKmsV2DataKey =
    "700a970b3c2cb10a6149487ce790e7045755a285264291700d51cb6cb6fe89e4";

inline std::string decoded(std::string_view base64) {
  return std::string(decode_base64(base64).value().view());
}

// A key of the bytes 0, 1, 2, ...
inline std::string counting_key(std::size_t size) {
  std::string key;
  for (std::size_t i = 0; i < size; ++i) key += static_cast<char>(i);
  return key;
}

// An EncryptionConfiguration; `providers` is YAML of list elements, indented by two.
inline std::string configuration(std::string_view providers,
                                 std::string_view resources = "secrets") {
  return "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n"
         "- resources: [" +
         std::string(resources) + "]\n  providers:\n" + std::string(providers);
}

// A provider of such a list with one key.
inline std::string keyed(std::string_view type, std::string_view name, std::string_view key) {
  return "  - " + std::string(type) + ": {keys: [{name: '" + std::string(name) +
         "', secret: " + std::string(encode_base64(key).view()) + "}]}\n";
}

}  // namespace kencrypt::fakes
