// SHA-256 in the form that the API server publishes hashes in.
#pragma once

#include <string>
#include <string_view>

namespace kencrypt {

// "sha256:" and 64 lower-case hex digits: k8s.io/apiserver pkg/server/options/encryptionconfig/
// config.go, computeEncryptionConfigHash. "" if the system's OpenSSL has no SHA-256, which equals no
// hash of a server.
std::string sha256_label(std::string_view bytes);

}  // namespace kencrypt
