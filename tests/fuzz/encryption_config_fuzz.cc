// EncryptionConfiguration files.
#include "encryption/encryption_config.h"
#include "fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = kencrypt::fuzz::text_of(data, size);
  const auto config = kencrypt::encryption::parse_encryption_config(text, kencrypt::kube::secrets_resource());
  const auto rules = kencrypt::encryption::parse_configured_rules(text);
  if (config) kencrypt::fuzz::require(config->providers.empty() || config->writes().has_value());
  if (rules) kencrypt::fuzz::require(!config || config->providers.empty() || !rules->empty());
  return 0;
}
