// Counts by provider and key, and the write key, put together into what `status` reports, whichever
// door (census, etcd, snapshot) they came through. Pure.
//
// Every object of a row is counted once: current + stale + plaintext + unknown == total. Where only
// bounds are known the lower ones are counted, and the rest is unknown.
//
//   plaintext  stored as it is; also where the server writes in plaintext on purpose
//   current    stored under the provider and key that the server writes with; of KMS v2 also under
//   the
//              key ID that its plugin names now
//   stale      stored under another provider, key or key ID
//   unknown    all else: not read, not told apart, the write key is not known, under a KMS plugin
//   whose
//              key ID is not known, or possibly under an older key of the same name
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "encryption/provider.h"

namespace kencrypt::coverage {

// How many objects are stored under one provider and key, as far as it is known.
struct KeyBounds {
  encryption::StoredUnder under;
  std::uint64_t min = 0;
  std::uint64_t max = 0;
  // At most so many of them are under an older key of the same name.
  std::uint64_t shadowed = 0;
};

struct WriteKey {
  std::optional<encryption::StoredUnder> under;  // identity: new objects are written in plaintext
  std::string basis;  // how it is known, or why it is not; one or two sentences for people
};

enum class Class { current, stale, plaintext, unknown };

// "current", "stale", "plaintext", "unknown".
std::string_view class_name(Class kind);

// What an object is that is stored like this.
Class class_of(const encryption::StoredUnder& under,
               const std::optional<encryption::StoredUnder>& write);

// What was found for one resource in one namespace.
struct NamespaceCount {
  std::string name_space;
  std::uint64_t total = 0;         // objects that exist; those deleted during the run are left out
  std::uint64_t unmeasured = 0;    // of these, objects of which nothing is known
  bool exact = false;              // `keys` are exact and account for all of `total`
  std::vector<KeyBounds> keys;     // sorted; of the objects that are not `unmeasured`
  std::vector<std::string> notes;  // sentences for people
  std::string resource = {};       // "secrets", "deployments.apps"
};

struct Coverage {
  std::string resource;    // as in NamespaceCount; of a sum "" if there are several
  std::string name_space;  // "" for the sum and for cluster-scoped resources
  std::uint64_t total = 0;
  std::uint64_t current = 0;
  std::uint64_t stale = 0;
  std::uint64_t plaintext = 0;
  std::uint64_t unknown = 0;
  std::uint64_t unmeasured = 0;  // as in NamespaceCount; part of `unknown`
  bool exact = true;
  std::vector<KeyBounds> keys;  // as in NamespaceCount
  std::vector<std::string> notes;

  // 100 * current / total, rounded down; 100 only if all are current and `exact`. nullopt if there
  // are no objects.
  std::optional<unsigned> percent() const;
};

struct CoverageReport {
  std::vector<Coverage> namespaces;
  Coverage total;
};

// Adds counts of other objects to `sum`, key by key; keeps it sorted.
void add_keys(std::vector<KeyBounds>& sum, const std::vector<KeyBounds>& more);

// Adds what is certain of `key`, of a resource that is written under `write`, to the row's counts.
void count_certain(const KeyBounds& key, const std::optional<encryption::StoredUnder>& write,
                   Coverage& row);

// Adds the row's counts and keys to `sum`; not its names and notes.
void add_row(Coverage& sum, const Coverage& row);

Coverage classify(const NamespaceCount& count, const WriteKey& write_key);

CoverageReport make_report(const std::vector<NamespaceCount>& counts, const WriteKey& write_key);

// Adds the rows of another resource, which has a write key of its own.
void add_report(CoverageReport& sum, CoverageReport more);

}  // namespace kencrypt::coverage
