// An EncryptionConfiguration as it stands in its file, and the lookup of a resource in it: what
// encryption_config.h and encryption_keys.h have in common.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "encryption/provider.h"
#include "kube/resource_rule.h"

namespace kencrypt::encryption {

// What is to be read of each key.
enum class KeyBytes {
  leave,  // only its name: what is in `secret` is not looked at
  read,   // its bytes too, which must be base64 of a length that its provider takes
};

struct NamedKey {
  std::string name;
  SecretBytes secret;  // decoded; empty for a KMS, and where only names are asked for
};

struct ProviderKeys {
  Provider provider = Provider::identity;
  std::vector<NamedKey> keys;  // in order; for a KMS its plugin's name alone; empty for identity
};

// One element of the top-level list.
struct ConfigEntry {
  std::vector<kube::ResourceRule> rules;
  std::vector<ProviderKeys> providers;
};

// Those of a resource, in the order in which the server tries them: of its own entries, else of
// "*.<group>", else of "*.*"; of several entries with the same rule the providers are strung
// together (config.go, transformerFromOverrides). Empty: no rule covers it. Valid as long as
// `entries`.
std::vector<const ProviderKeys*> providers_for(const std::vector<ConfigEntry>& entries,
                                               std::string_view plural, std::string_view group);

}  // namespace kencrypt::encryption
