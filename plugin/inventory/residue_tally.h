// What etcd's files still hold besides the current values: counted by place, provider and key. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "encryption/stored_value.h"
#include "etcd/key_value.h"
#include "inventory/etcd_key.h"
#include "snapshot/found_value.h"

namespace kencrypt::inventory {

struct ResidueCount {
  snapshot::Place place = snapshot::Place::superseded;
  encryption::StoredUnder under;  // Provider::other where it cannot be told
  std::uint64_t values = 0;       // revisions, not objects
};

struct ResidueOptions {
  std::string prefix{kDefaultPrefix};
  std::function<bool(const EtcdKey&)> wanted = {};  // empty: all
};

class ResidueTally {
 public:
  explicit ResidueTally(ResidueOptions options) : options_(std::move(options)) {}

  void take(snapshot::Place place, const etcd::KeyValue& entry);

  // Sorted by place, then provider and key.
  std::vector<ResidueCount> counts() const;

 private:
  ResidueOptions options_;
  std::map<std::pair<snapshot::Place, encryption::StoredUnder>, std::uint64_t> counts_;
};

// What removes values from there, as a sentence; "" for current ones.
std::string_view remedy_for(snapshot::Place place);

}  // namespace kencrypt::inventory
