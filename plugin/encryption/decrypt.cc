#include "encryption/decrypt.h"

#include "base/text.h"
#include "encryption/openssl_aes.h"
#include "encryption/sodium_secretbox.h"
#include "encryption/stored_value.h"

namespace kencrypt::encryption {
namespace {

// "{" and "}" with a member's name or nothing in between.
bool resembles_json(std::string_view text) {
  text = trim(text);
  if (!text.starts_with('{') || !text.ends_with('}')) return false;
  const std::string_view inner = trim(text.substr(1));
  return inner.starts_with('"') || inner == "}";
}

Result<std::optional<SecretBytes>> decrypt_cbc(std::string_view key, std::string_view body) {
  auto plain = open_aes_cbc(key, body);
  if (plain && *plain && !resembles_object((*plain)->view())) return std::nullopt;
  return plain;
}

}  // namespace

bool resembles_object(std::string_view plaintext) {
  const Medium medium = medium_of(plaintext);
  return medium == Medium::json ? resembles_json(plaintext) : medium != Medium::other;
}

bool fits_provider(Provider provider, std::size_t key_bytes) {
  if (provider == Provider::secretbox) return key_bytes == 32;
  const bool aes = provider == Provider::aescbc || provider == Provider::aesgcm;
  return aes && (key_bytes == 16 || key_bytes == 24 || key_bytes == 32);
}

Result<std::optional<SecretBytes>> decrypt_body(Provider provider, std::string_view key,
                                                std::string_view body, std::string_view etcd_key) {
  if (provider == Provider::aescbc) return decrypt_cbc(key, body);
  if (provider == Provider::aesgcm) return open_aes_gcm(key, body, etcd_key);
  if (provider == Provider::secretbox) return open_secretbox(key, body);
  return std::nullopt;
}

}  // namespace kencrypt::encryption
