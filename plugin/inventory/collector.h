// Everything that `status` asks of the keys of etcd, gathered in one pass over them: counts, the very objects, and
// whether they decrypt. Pure.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "coverage/coverage.h"
#include "encryption/encryption_keys.h"
#include "etcd/key_value.h"
#include "inventory/decryption_tally.h"
#include "inventory/tally.h"

namespace kencrypt::inventory {

struct FoundObject {
  std::string resource;  // "secrets"
  std::string name_space;
  std::string name;
  encryption::StoredUnder under;
};

struct CollectorOptions {
  std::string prefix{kDefaultPrefix};
  std::function<bool(const EtcdKey&)> wanted = {};  // empty: all
  // The configuration that the API servers should be running, or null: then no key is the write key. Must outlive the
  // collector.
  const encryption::KeyRing* ring = nullptr;
  bool decrypt = false;                  // needs `ring`
  std::optional<coverage::Class> find = {};// objects of this kind are named
  std::size_t find_limit = 0;            // at most so many
  std::function<void(const EtcdKey&)> on_object = {};  // each that counts, also those of a reading that is begun anew
};

struct Collection {
  coverage::CoverageReport coverage;
  // What the objects of each resource should be stored under; sorted by resource.
  std::vector<std::pair<std::string, coverage::WriteKey>> write_keys;
  std::optional<DecryptionReport> decryption;
  std::vector<FoundObject> found;
  std::uint64_t found_in_all = 0;  // may be more than are named
};

class Collector {
 public:
  explicit Collector(CollectorOptions options);
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  // Passes over keys that are no objects of an API, or not wanted. Errors: those of Tally and DecryptionTally.
  Result<void> take(const etcd::KeyValue& entry);
  // Forgets all that was taken.
  void reset();
  // To be called once, last.
  Collection finish();

 private:
  // What the configuration says about one resource.
  struct Known {
    encryption::EncryptionConfig config;
    coverage::WriteKey write_key;
  };

  const Known* known(const EtcdKey& object);
  void note(const EtcdKey& object, const encryption::StoredValue& stored);
  coverage::WriteKey write_key_of(const std::string& resource) const;

  CollectorOptions options_;
  std::map<std::string, Known> known_;  // by resource
  std::optional<Tally> tally_;
  std::optional<DecryptionTally> decryption_;
  Collection collection_;
};

}  // namespace kencrypt::inventory
