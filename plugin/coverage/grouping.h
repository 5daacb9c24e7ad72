// The rows of a report put together by key or by resource, instead of by namespace. Pure.
//
// Nothing is claimed that the rows do not say. Lower bounds add up, and what no key's lower bound holds is in a row of
// its own, without a key: so the rows' `current`, `stale`, `plaintext` and `unknown` add up to the report's. Upper
// bounds add up too, and hold every object of which nothing is known: it may be under any key.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "coverage/coverage.h"

namespace kencrypt::coverage {

enum class Grouping { key, name_space, resource };

// What is stored under one key.
struct KeyRow {
  std::optional<encryption::StoredUnder> under;  // nullopt: objects of which it is not known
  // `total` are those that surely are, of which the others tell what they are; `exact` if there can be no more. Neither
  // names nor notes.
  Coverage counts;
  std::uint64_t max = 0;      // objects that may be; `counts.total` without a key
  // What such objects are, each once: several where resources have other write keys, or an older key has the same name.
  std::vector<Class> states = {};
  // Where they are: namespaces that surely have such objects, and that may have; cluster-scoped objects have none.
  std::uint64_t namespaces_min = 0;
  std::uint64_t namespaces_max = 0;
  std::vector<std::string> resources = {};  // that have or may have such objects; sorted
};

// What new objects of a resource ("secrets") are stored under; nullopt if that is not known.
using WriteKeyOf = std::function<std::optional<encryption::StoredUnder>(std::string_view resource)>;

// A row a provider, key and, of KMS v2, key ID; sorted, the row without a key last and only if it has objects.
// `write_key_of` must be what the report was made with.
std::vector<KeyRow> by_key(const CoverageReport& report, const WriteKeyOf& write_key_of);

// A row a resource, in the report's order: the sums of its namespaces, without their notes.
std::vector<Coverage> by_resource(const CoverageReport& report);

}  // namespace kencrypt::coverage
