// Reading many objects by name, as metadata, as many at a time as the server bears: what makes the
// API server count how they are stored. The replies are dropped as they arrive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "census/name_table.h"
#include "http/transport.h"
#include "kube/resource.h"
#include "pacing/pace.h"
#include "pacing/window.h"

namespace kencrypt::census {

enum class Outcome : std::uint8_t {
  none,    // not asked, or the reply is still to come
  read,    // 200
  gone,    // 404: deleted meanwhile
  failed,  // refused for good
};

struct ReadFailure {
  std::size_t index = 0;  // in the range
  std::string text;       // "namespace/name: reason"
};

struct ReadTally {
  std::uint64_t read = 0;
  std::uint64_t gone = 0;
  std::uint64_t failed = 0;
  std::vector<Outcome> outcomes;      // of each object
  std::vector<ReadFailure> failures;  // of the first kMaxNamedFailures
  // A reply did not arrive, so the server may have counted a read that we have not: the counts above
  // are incomplete, and reading was broken off. Empty if all went well.
  std::string lost;
  // The connection is another one now: what was read went to two servers, maybe, and reading was
  // broken off.
  bool reconnected = false;

  bool whole() const { return lost.empty() && !reconnected; }
};

// Enough to see what is wrong; the number of failures is counted in full.
inline constexpr std::size_t kMaxNamedFailures = 3;

// HTTP/2 streams that an API server allows on one connection (k8s.io/apiserver
// pkg/server/secure_serving.go).
inline constexpr std::size_t kMaxReadsInFlight = 100;

struct ReadLimits {
  std::size_t in_flight = kMaxReadsInFlight;  // at least 1
  double per_second = 0;                      // requests; 0: no limit
};

class ObjectReader {
 public:
  // What it learns about the server's pace it keeps from one call to the next. Both must outlive
  // it.
  ObjectReader(http::Transport& transport, const Clock& clock, const ReadLimits& limits);

  // GETs each of `names` once, driving the transport. A reply that asks to come again later (429,
  // 503, 504) holds all further reads back for the time it names, and the object is read again.
  // Breaks off when the transport has opened another connection than the first `connections`.
  // `progress` is told after each object how many are done; it may be empty.
  ReadTally read(const kube::Resource& resource, NameRange names, std::uint64_t connections,
                 const std::function<void(std::uint64_t done)>& progress);

  // Waits until another request may be sent, which is then counted.
  void wait_for_turn();

 private:
  friend class ReadBatch;

  http::Transport& transport_;
  const Clock& clock_;
  pacing::Window window_;
  pacing::Pace pace_;
};

// Waits until `until`, driving `transport`.
void wait_until(http::Transport& transport, const Clock& clock, TimePoint until);

}  // namespace kencrypt::census
