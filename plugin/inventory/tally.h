// What etcd holds, counted by resource, namespace, provider and key: exact, object by object. Pure.
//
// Whatever cannot be told stays uncounted by key, so that it is reported as unknown: a value that no API server can
// have written (cut short, not a whole number of blocks), and one whose key name could be read in two ways. A provider
// that this program does not know is counted by its prefix, and is unknown to coverage.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "coverage/coverage.h"
#include "encryption/stored_value.h"
#include "inventory/etcd_key.h"

namespace kencrypt::inventory {

// A namespace of each resource is a row; a cluster of 10,000 namespaces with all of its resources has fewer.
inline constexpr std::size_t kMaxRows = 1U << 20;
// Providers and keys in one row: more of them are no configuration, but somebody's writing into etcd.
inline constexpr std::size_t kMaxKeysInRow = 1000;

struct TallyOptions {
  // The configuration for a resource, or null; asked once a row. The result must outlive the tally. May be empty.
  std::function<const encryption::EncryptionConfig*(const EtcdKey&)> config_of = {};
  // Each object, as it comes. May be empty.
  std::function<void(const EtcdKey&, const encryption::StoredValue&)> on_object = {};
};

class Tally {
 public:
  explicit Tally(TallyOptions options) : options_(std::move(options)) {}

  // Takes objects in any order; fastest if those of a namespace follow one another, as they do in etcd. `value` is what
  // etcd holds. Errors: too_large, beyond the limits above.
  Result<void> take(const EtcdKey& object, std::string_view value);

  // A row a resource and namespace, sorted by both. To be called once, last.
  std::vector<coverage::NamespaceCount> finish();

 private:
  struct Row {
    const encryption::EncryptionConfig* config = nullptr;
    std::uint64_t total = 0;
    std::map<encryption::StoredUnder, std::uint64_t> keys;
    std::map<std::string, std::uint64_t> doubts;  // why an object is in no key's count
  };

  Result<Row*> row_of(const EtcdKey& object);
  Result<void> count(Row& row, encryption::StoredValue stored);

  TallyOptions options_;
  std::map<std::pair<std::string, std::string>, Row> rows_;  // by resource and namespace
  // The row of the last key: its resource and namespace, compared without making strings.
  std::string last_group_, last_plural_, last_namespace_;
  Row* last_ = nullptr;
};

// Why a value cannot be counted under a key; "" if it can.
std::string doubt_about(const encryption::StoredValue& stored);

}  // namespace kencrypt::inventory
