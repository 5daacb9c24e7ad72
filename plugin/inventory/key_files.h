// The keys of one or several EncryptionConfigurations: that of an API server, and older files that are kept for the
// backups of their time. Pure.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "encryption/encryption_keys.h"
#include "inventory/etcd_key.h"

namespace kencrypt::inventory {

// A key that a file has; once, for however many resources.
struct FileKey {
  encryption::StoredUnder under;  // without a key ID; of a KMS its plugin's name
  std::string fingerprint;        // sha256_label() of the key's bytes, as `config show` has it; "" of a KMS
  std::size_t file = 0;           // which of the files has it; the first, if several have

  friend bool operator==(const FileKey&, const FileKey&) = default;
};

class KeyFiles {
 public:
  // What may open the values of a resource: the providers of every file, in the order of the files.
  struct Providers {
    std::vector<const encryption::ProviderKeys*> list;
    bool covered = false;           // some file names the resource with a provider that encrypts
    bool plaintext_allowed = false;  // some file has an API server read it from plaintext
  };

  // The keys' bytes were read (KeyBytes::read). `rings` must outlive this.
  explicit KeyFiles(const std::vector<encryption::KeyRing>& rings);
  KeyFiles(const KeyFiles&) = delete;
  KeyFiles& operator=(const KeyFiles&) = delete;

  // Valid as long as this.
  const Providers& providers_for(const EtcdKey& object);
  // Those of every rule of every file: what would open a value if its resource were named with them.
  const std::vector<const encryption::ProviderKeys*>& everything() const { return everything_; }

  // In the order of the files.
  const std::vector<FileKey>& keys() const { return keys_; }
  // Which of keys() stands at a place of a list of providers (Decryption::position); nullopt for identity.
  std::optional<std::size_t> key_at(const std::vector<const encryption::ProviderKeys*>& providers,
                                    std::size_t position) const;

 private:
  void add_provider(const encryption::ProviderKeys& provider, std::size_t file);
  Providers find(const EtcdKey& object) const;

  const std::vector<encryption::KeyRing>& rings_;
  std::vector<const encryption::ProviderKeys*> everything_;
  std::vector<FileKey> keys_;
  std::map<const encryption::NamedKey*, std::size_t> indices_;  // into keys_
  std::map<std::string, Providers> known_;                      // by resource
};

}  // namespace kencrypt::inventory
