// An EncryptionConfiguration, read once: what it says about every resource, and, where the keys' bytes
// were read too, what it takes to decrypt stored values as an API server with this file would.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "encryption/config_entries.h"
#include "encryption/encryption_config.h"

namespace kencrypt::encryption {

// The keys of one file, in memory that is wiped at its end. Never shown or logged. Without their bytes
// (KeyBytes::leave) nothing can be decrypted; all else is the same.
class KeyRing {
 public:
  KeyRing(std::string hash, std::vector<ConfigEntry> entries)
      : hash_(std::move(hash)), entries_(std::move(entries)) {}
  KeyRing(KeyRing&&) = default;
  KeyRing& operator=(KeyRing&&) = default;
  KeyRing(const KeyRing&) = delete;  // keys are in one place
  KeyRing& operator=(const KeyRing&) = delete;

  // sha256_label() of the file's bytes, as the API server reports it.
  const std::string& hash() const { return hash_; }
  // Those of a resource, in the order in which the server tries them; empty: the file does not name
  // the resource, which is then plaintext. Valid as long as the ring is where it is.
  std::vector<const ProviderKeys*> providers_for(std::string_view plural,
                                                 std::string_view group) const {
    return encryption::providers_for(entries_, plural, group);
  }
  // The same without the keys' bytes, for read_stored_value().
  EncryptionConfig names_for(std::string_view plural, std::string_view group) const;
  // All of the file, in its order. Valid as long as the ring is where it is.
  const std::vector<ConfigEntry>& entries() const { return entries_; }
  // Which resources the file is about.
  std::vector<ConfiguredRule> rules() const { return rules_of(entries_); }

 private:
  std::string hash_;
  std::vector<ConfigEntry> entries_;
};

// Each key whose bytes are read must be base64 (RFC 4648 section 4, with padding) of a length that its
// provider takes: aescbc and aesgcm 16, 24 or 32 bytes, secretbox 32 (pkg/apis/apiserver/validation).
// Errors: config, for any other text; it says in which line, and quotes no content.
Result<KeyRing> parse_key_ring(std::string_view text, KeyBytes key_bytes = KeyBytes::read);

// The same for a file of at most kMaxEncryptionConfig bytes. Errors: also io, too_large.
Result<KeyRing> read_key_ring(const std::filesystem::path& path,
                              KeyBytes key_bytes = KeyBytes::read);

}  // namespace kencrypt::encryption
