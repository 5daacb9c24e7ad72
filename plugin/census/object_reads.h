// Reading many objects by name, as metadata, many at a time: what makes the API server count how they
// are stored. The replies are dropped as they arrive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "http/transport.h"
#include "kube/resource.h"

namespace kencrypt::census {

struct ReadTally {
  std::uint64_t read = 0;    // answered with 200
  std::uint64_t gone = 0;    // 404: deleted meanwhile
  std::uint64_t failed = 0;  // refused for good
  std::vector<std::string> failures;  // "name: reason" of the first kMaxNamedFailures
  // A reply did not arrive, so the server may have counted a read that we have not: the counts above
  // are incomplete, and reading was broken off. Empty if all went well.
  std::string lost;
};

// Enough to see what is wrong; the number of failures is counted in full.
inline constexpr std::size_t kMaxNamedFailures = 3;

struct ReadOptions {
  std::size_t in_flight = 32;
  std::function<void(std::uint64_t done)> progress;  // after each object; may be empty
};

// GETs each of `names` once, driving `transport`. A reply that asks to come again later (429, 503,
// 504) holds all further reads back for the time it names, and the object is read again. `names` must
// stay valid until the return.
ReadTally read_objects(http::Transport& transport, const Clock& clock, const kube::Resource& resource,
                       std::span<const kube::ObjectName> names, const ReadOptions& options);

// Waits until `until`, driving `transport`.
void wait_until(http::Transport& transport, const Clock& clock, TimePoint until);

}  // namespace kencrypt::census
