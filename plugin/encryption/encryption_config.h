// An EncryptionConfiguration file, reduced to what may be told: which providers, with which key
// names, in which order, apply to one resource.
//
// The format is apiserver.config.k8s.io/v1 (k8s.io/apiserver pkg/apis/apiserver/v1/
// types_encryption.go), YAML or JSON. Key material is not looked at here (encryption_keys.h does
// that); config_yaml.h says what becomes of the YAML library's copies.
//
// The file is read to be compared with a running server, which validates it strictly. Only what
// decides the order of providers is checked again here; a file that the server would refuse cannot
// have the hash that the server reports.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "encryption/config_entries.h"
#include "encryption/provider.h"
#include "kube/resource.h"
#include "kube/resource_rule.h"

namespace kencrypt::encryption {

struct ConfiguredProvider {
  Provider provider = Provider::identity;
  std::vector<std::string> keys;  // in order; for a KMS its plugin's name; empty for identity
};

struct EncryptionConfig {
  std::string hash;  // sha256_label() of the file's bytes
  // Of the resource, in order; the first writes, all read. Empty: the file does not name the
  // resource, so the server writes it in plaintext.
  std::vector<ConfiguredProvider> providers;

  // What the first provider writes under; nullopt if `providers` is empty.
  std::optional<StoredUnder> writes() const;
  // Whether a value stored like this could be read.
  bool lists(const StoredUnder& under) const;
};

// What providers_for() found, reduced likewise.
std::vector<ConfiguredProvider> without_keys(const std::vector<const ProviderKeys*>& providers);

// Real files have a few KiB; every key adds about 100 bytes.
inline constexpr std::size_t kMaxEncryptionConfig = 1U << 20;

// What `text` says about `resource`: its own entries, else those of "*.<group>", else those of
// "*.*"; of several entries with the same name the providers are strung together (config.go,
// getTransformerOverridesAndKMSPluginProbes). Errors: config, for text that is no
// EncryptionConfiguration or uses a provider that this program does not know; the message quotes no
// content.
Result<EncryptionConfig> parse_encryption_config(std::string_view text,
                                                 const kube::Resource& resource);

// The same for a file. Errors: also io, too_large.
Result<EncryptionConfig> read_encryption_config(const std::filesystem::path& path,
                                                const kube::Resource& resource);

// A rule of the file, each once, in the file's order.
struct ConfiguredRule {
  kube::ResourceRule rule;
  bool encrypts = false;  // some provider is not identity: what it covers may be stored encrypted
};

std::vector<ConfiguredRule> rules_of(const std::vector<ConfigEntry>& entries);

// Errors: as read_encryption_config().
Result<std::vector<ConfiguredRule>> parse_configured_rules(std::string_view text);
Result<std::vector<ConfiguredRule>> read_configured_rules(const std::filesystem::path& path);

// The keys of all its rules, each once, in the file's order; identity, too, where it is named. Errors:
// as read_encryption_config().
Result<std::vector<StoredUnder>> read_configured_keys(const std::filesystem::path& path);

// Whether values of a resource may be stored encrypted under these rules; the first that covers it
// counts.
bool encrypts(const std::vector<ConfiguredRule>& rules, std::string_view plural,
              std::string_view group);

}  // namespace kencrypt::encryption
