#include "encryption/sodium_secretbox.h"

#include <sodium.h>

namespace kencrypt::encryption {
namespace {

const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

Result<std::optional<SecretBytes>> open_secretbox(std::string_view key, std::string_view sealed) {
  constexpr std::size_t kNonce = crypto_secretbox_NONCEBYTES;
  constexpr std::size_t kTag = crypto_secretbox_MACBYTES;
  if (key.size() != crypto_secretbox_KEYBYTES)
    return fail(ErrorKind::config, "a secretbox key must have 32 bytes");
  if (sodium_init() < 0) return fail(ErrorKind::io, "libsodium could not be started");
  if (sealed.size() < kNonce + kTag) return std::nullopt;
  SecretBytes plain;
  auto* out = reinterpret_cast<unsigned char*>(plain.resize(sealed.size() - kNonce).data());
  if (crypto_secretbox_open_easy(out, octets(sealed.substr(kNonce)), sealed.size() - kNonce,
                                 octets(sealed), octets(key)) != 0)
    return std::nullopt;
  plain.resize(sealed.size() - kNonce - kTag);
  return plain;
}

}  // namespace kencrypt::encryption
