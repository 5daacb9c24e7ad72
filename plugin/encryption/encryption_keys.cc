#include "encryption/encryption_keys.h"

#include <fmt/format.h>

#include <utility>

#include "base/file.h"
#include "base/sha256.h"
#include "encryption/config_yaml.h"

namespace kencrypt::encryption {

EncryptionConfig KeyRing::names_for(std::string_view plural, std::string_view group) const {
  return {hash_, without_keys(providers_for(plural, group))};
}

Result<KeyRing> parse_key_ring(std::string_view text, KeyBytes key_bytes) {
  TRY_ASSIGN(auto entries, parse_config_entries(text, key_bytes));
  return KeyRing(sha256_label(text), std::move(entries));
}

Result<KeyRing> read_key_ring(const std::filesystem::path& path, KeyBytes key_bytes) {
  TRY_ASSIGN(const SecretBytes content, read_file(path, kMaxEncryptionConfig));
  auto ring = parse_key_ring(content.view(), key_bytes);
  if (!ring) return wrap(ring.error(), fmt::format("reading {}", path.string()));
  return ring;
}

}  // namespace kencrypt::encryption
