// EncryptionConfiguration files.
#include "encryption/encryption_config.h"
#include "encryption/encryption_keys.h"
#include "fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = kencrypt::fuzz::text_of(data, size);
  const auto ring = kencrypt::encryption::parse_key_ring(text, kencrypt::encryption::KeyBytes::leave);
  const auto rules = kencrypt::encryption::parse_configured_rules(text);
  if (!ring) return 0;
  const auto config = ring->names_for("secrets", "");
  kencrypt::fuzz::require(config.providers.empty() || config.writes().has_value());
  if (rules) kencrypt::fuzz::require(config.providers.empty() || !rules->empty());
  return 0;
}
