// Can this backup be read with the keys of these files, and which of them does it need? Every value is decrypted, whatever
// its resource, and nothing is taken for granted: what only a KMS plugin can tell is unknown. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/result.h"
#include "encryption/decrypt_value.h"
#include "encryption/encryption_keys.h"
#include "etcd/key_value.h"
#include "inventory/decryption_tally.h"
#include "inventory/etcd_key.h"
#include "inventory/key_files.h"

namespace kencrypt::inventory {

// Keys of more names than any configuration has are what damaged values seem to be under.
inline constexpr std::size_t kMaxNeededKeys = 1000;

// What became of values that name a key.
enum class KeyState {
  opens,           // the key opens them; of identity: they are plaintext, which a file allows
  needs_plugin,    // under a KMS, whose plugin alone could tell
  other_resource,  // the key is there and opens them, or is a KMS, but no file lists it for their resource
  wrong_key,       // a key of that name is there and does not open them
  missing,         // no file has a key of that name; of identity: no file allows the resource to be plaintext
  damaged,         // no key can open them
};

// "opens", "needs-kms-plugin", "other-resource", "wrong-key", "missing", "damaged".
std::string_view key_state_name(KeyState state);

// A key that values need, or claim to be under.
struct NeededKey {
  KeyState state = KeyState::opens;
  encryption::StoredUnder under = {};  // with the hash of the key ID, of KMS v2
  std::string key_id = {};             // of KMS v2: the plugin's own, public name of its key (kmsv2/v2/api.proto, key_id)
  std::string fingerprint = {};        // of the key that opened them, as of FileKey; else ""
  std::size_t file = 0;           // which file it is in, where state is opens, needs_plugin or other_resource
  std::uint64_t objects = 0;
  std::map<std::string, std::uint64_t> resources = {};  // objects by resource, "deployments.apps"
};

struct BackupReport {
  std::uint64_t total = 0;  // objects
  std::uint64_t encrypted = 0;
  std::uint64_t plaintext = 0;
  // Of `total`:
  std::uint64_t readable = 0;    // decrypts, or is plaintext that is allowed; and is the object that its key says
  std::uint64_t unchecked = 0;   // only a KMS plugin could tell
  std::uint64_t unreadable = 0;
  std::uint64_t strays = 0;      // encrypted values besides, whose keys in etcd are those of no object
  std::uint64_t unlisted = 0;    // objects under further keys than kMaxNeededKeys
  std::vector<NeededKey> keys;   // sorted by provider, name and what follows
  std::vector<FileKey> unneeded; // keys of the files that no value is or claims to be under
  std::vector<DecryptionFailure> failures;  // kMaxNamedUnreadable at most, by name
};

class BackupTally {
 public:
  // `rings` must outlive it. `prefix` is kube-apiserver's --etcd-prefix.
  BackupTally(const std::vector<encryption::KeyRing>& rings, std::string prefix)
      : files_(rings), prefix_(std::move(prefix)) {}

  // Takes any key of etcd. Its plaintext is wiped before this returns. Errors: those of decrypt_value().
  Result<void> take(const etcd::KeyValue& entry);

  // To be called once, last.
  BackupReport finish();

 private:
  // A row of NeededKey.
  using RowKey = std::tuple<encryption::StoredUnder, KeyState, std::string, std::size_t>;
  // One value, and what became of it.
  struct Finding {
    const EtcdKey& object;
    const etcd::KeyValue& entry;
    encryption::Decryption decryption;
    KeyState state = KeyState::opens;
    const FileKey* key = nullptr;  // of a file
  };

  Result<void> take_plaintext(const EtcdKey& object, const etcd::KeyValue& entry);
  Result<void> take_encrypted(const EtcdKey& object, const etcd::KeyValue& entry);
  Result<void> look_elsewhere(Finding& finding);
  void settle(const Finding& finding);
  void check_content(const EtcdKey& object, std::string_view plaintext, std::string_view etcd_key);
  void note_key(const Finding& finding);
  const FileKey* named(const encryption::StoredUnder& under) const;
  void fail_object(const EtcdKey& object, std::string_view reason, std::string message);
  bool is_claimed(const FileKey& key) const;

  KeyFiles files_;
  std::string prefix_;
  BackupReport report_;
  std::map<RowKey, NeededKey> rows_;
};

}  // namespace kencrypt::inventory
