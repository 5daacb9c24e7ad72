// SHA-256, at once in the form that the API server publishes hashes in, and piece by piece.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace kencrypt {

// "sha256:" and 64 lower-case hex digits: k8s.io/apiserver pkg/server/options/encryptionconfig/
// config.go, computeEncryptionConfigHash. "" if the system's OpenSSL has no SHA-256, which equals no
// hash of a server.
std::string sha256_label(std::string_view bytes);

// The digest of more bytes than are in memory at once.
class Sha256 {
 public:
  static constexpr std::size_t kSize = 32;

  Sha256();
  void update(std::string_view bytes);
  // The digest of all bytes so far, as 32 raw bytes; nothing may follow. All zero if the system's
  // OpenSSL has no SHA-256, which equals no digest.
  std::array<char, kSize> finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const noexcept;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
  bool sound_ = false;
};

}  // namespace kencrypt
