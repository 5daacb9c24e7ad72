// Which objects of a class there are, by name: sets of objects are halved until a window shows all
// of a set to be of the class and under one key, or none of it. A window of one object leaves no
// choice but what other clients read meanwhile; it is repeated, and what remains possible each time
// is the truth.
//
// A named object is certain: a window has shown it. That a half holds none of the class is also
// concluded from exact counts, where the other half holds as many as the whole; so an object that
// changes its class during the search may be missed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "census/census_run.h"
#include "census/probe.h"
#include "coverage/coverage.h"
#include "http/transport.h"
#include "kube/resource.h"

namespace kencrypt::census {

struct FoundObject {
  std::string resource;
  kube::ObjectName name;
  std::optional<encryption::StoredUnder> under;  // nullopt: it could not be read, or not told apart
};

struct FindOptions {
  ProbeOptions probe;  // as for the census
  coverage::Class wanted = coverage::Class::stale;
  std::optional<encryption::StoredUnder> write;  // the write key
  std::size_t limit = 1000;                      // the most objects to name
  std::function<void()> progress;                // after each window; may be empty
};

struct FindResult {
  std::vector<FoundObject> objects;  // sorted by namespace and name
  bool capped = false;               // there may be more than are named
  std::uint64_t undecided = 0;  // objects that may be of the class: noise did not let them be told
};

// Windows over one object, where others read at the same time.
inline constexpr std::size_t kObjectAttempts = 8;
// Of one search: each costs a metrics page, so this is some ten minutes of a server's time.
inline constexpr std::size_t kMaxFindWindows = 10'000;

// Searches what `census` has counted, driving `transport`, over which the same holds as for
// run_census().
FindResult find_objects(http::Transport& transport, const Clock& clock, const CensusResult& census,
                        const FindOptions& options);

}  // namespace kencrypt::census
