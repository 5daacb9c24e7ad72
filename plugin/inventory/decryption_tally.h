// Does everything decrypt with the keys of this file, and is it what its key in etcd says? The drill for backups. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "encryption/decrypt_value.h"
#include "encryption/encryption_keys.h"
#include "encryption/object_check.h"
#include "etcd/key_value.h"
#include "inventory/etcd_key.h"

namespace kencrypt::inventory {

// Enough to see what is wrong; all are counted.
inline constexpr std::size_t kMaxNamedUnreadable = 1000;

struct DecryptionFailure {
  std::string resource;  // "secrets"
  std::string name_space;
  std::string name;
  std::string reason;   // outcome_name(), "not-an-object" or "other-object"
  std::string message;  // a sentence for people
};

struct DecryptionReport {
  std::uint64_t total = 0;
  std::uint64_t readable = 0;    // decrypts, or is plaintext that the configuration allows; and is an object
  std::uint64_t unchecked = 0;   // under a KMS plugin, which alone can tell
  std::uint64_t unreadable = 0;  // an API server with this file cannot read it, or it is no object
  // What opened the readable ones, and what the others claim to be under: which keys this backup needs.
  std::map<encryption::StoredUnder, std::uint64_t> keys;
  std::vector<DecryptionFailure> failures;  // kMaxNamedUnreadable at most, in the order they came
};

// Why such an object cannot be read, as the rest of a sentence that its name begins; "" if nothing is known against it.
std::string failure_sentence(const encryption::Decryption& decryption);
// What is wrong with text that could be decrypted, likewise.
inline constexpr std::string_view kNotAnObject = "not-an-object";
inline constexpr std::string_view kOtherObject = "other-object";
std::string_view failure_sentence(encryption::ObjectVerdict verdict);

class DecryptionTally {
 public:
  // `ring` must outlive it.
  explicit DecryptionTally(const encryption::KeyRing& ring) : ring_(ring) {}

  // Decrypts and checks the value of `object`, whose key is that of `entry`; its plaintext is wiped before this returns.
  // Errors: those of decrypt_value().
  Result<void> take(const EtcdKey& object, const etcd::KeyValue& entry);

  const DecryptionReport& report() const { return report_; }

 private:
  void settle(const EtcdKey& object, const etcd::KeyValue& entry, const encryption::Decryption& decryption);
  void fail_object(const EtcdKey& object, std::string_view reason, std::string message);
  const std::vector<const encryption::ProviderKeys*>& providers_for(const EtcdKey& object);

  const encryption::KeyRing& ring_;
  DecryptionReport report_;
  std::map<std::string, std::vector<const encryption::ProviderKeys*>> providers_;  // by resource
};

}  // namespace kencrypt::inventory
