#include "encryption/openssl_aes.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>

namespace kencrypt::encryption {
namespace {

constexpr std::size_t kBlock = 16;
constexpr std::size_t kNonce = 12;
constexpr std::size_t kTag = 16;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

const EVP_CIPHER* cbc_for(std::size_t key_size) {
  if (key_size == 16) return EVP_aes_128_cbc();
  if (key_size == 24) return EVP_aes_192_cbc();
  return key_size == 32 ? EVP_aes_256_cbc() : nullptr;
}

const EVP_CIPHER* gcm_for(std::size_t key_size) {
  if (key_size == 16) return EVP_aes_128_gcm();
  if (key_size == 24) return EVP_aes_192_gcm();
  return key_size == 32 ? EVP_aes_256_gcm() : nullptr;
}

// What OpenSSL notes about bytes that do not decrypt is no concern of who asks it next.
std::optional<SecretBytes> refused() {
  ERR_clear_error();
  return std::nullopt;
}

// A context with the key and the IV in it, ready to decrypt.
Result<Context> prepare(const EVP_CIPHER* cipher, std::string_view key, std::string_view iv,
                        std::size_t sealed_size) {
  if (cipher == nullptr) return fail(ErrorKind::config, "an AES key must have 16, 24 or 32 bytes");
  if (sealed_size > kMaxSealed)
    return fail(ErrorKind::too_large,
                fmt::format("an encrypted value is larger than {} bytes", kMaxSealed));
  Context context(EVP_CIPHER_CTX_new());
  if (!context ||
      EVP_DecryptInit_ex2(context.get(), cipher, octets(key), octets(iv), nullptr) != 1) {
    ERR_clear_error();
    return fail(ErrorKind::io, "this system's OpenSSL refuses to decrypt AES");
  }
  return context;
}

// Feeds `text` and finishes; nullopt where that fails: padding or tag are not right.
std::optional<SecretBytes> finish(EVP_CIPHER_CTX* context, std::string_view text) {
  SecretBytes plain;
  auto* out = reinterpret_cast<unsigned char*>(plain.resize(text.size() + kBlock).data());
  int fed = 0;
  int last = 0;
  if (EVP_DecryptUpdate(context, out, &fed, octets(text), static_cast<int>(text.size())) != 1 ||
      EVP_DecryptFinal_ex(context, out + fed, &last) != 1)
    return refused();
  plain.resize(static_cast<std::size_t>(fed) + static_cast<std::size_t>(last));
  return plain;
}

bool set_tag(EVP_CIPHER_CTX* context, std::string_view tag) {
  std::array<char, kTag> copy{};  // OpenSSL wants to be able to write to it
  tag.copy(copy.data(), copy.size());
  return EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(kTag), copy.data()) ==
         1;
}

bool vouch_for(EVP_CIPHER_CTX* context, std::string_view associated) {
  int ignored = 0;
  return associated.empty() || EVP_DecryptUpdate(context, nullptr, &ignored, octets(associated),
                                                 static_cast<int>(associated.size())) == 1;
}

}  // namespace

Result<std::optional<SecretBytes>> open_aes_cbc(std::string_view key, std::string_view sealed) {
  if (sealed.size() < 2 * kBlock || sealed.size() % kBlock != 0) return std::nullopt;
  TRY_ASSIGN(const Context context,
             prepare(cbc_for(key.size()), key, sealed.substr(0, kBlock), sealed.size()));
  return finish(context.get(), sealed.substr(kBlock));
}

Result<std::optional<SecretBytes>> open_aes_gcm(std::string_view key, std::string_view sealed,
                                                std::string_view associated) {
  if (sealed.size() < kNonce + kTag) return std::nullopt;
  TRY_ASSIGN(const Context context, prepare(gcm_for(key.size()), key, sealed.substr(0, kNonce),
                                            std::max(sealed.size(), associated.size())));
  const std::string_view tag = sealed.substr(sealed.size() - kTag);
  if (!set_tag(context.get(), tag) || !vouch_for(context.get(), associated)) return refused();
  return finish(context.get(), sealed.substr(kNonce, sealed.size() - kNonce - kTag));
}

}  // namespace kencrypt::encryption
