// What a rewrite did. Every counter says exactly what it counts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "kube/resource.h"

namespace kencrypt::rewrite {

struct Failure {
  kube::ObjectName object;
  std::string reason;   // the server's, "Forbidden", or our own, "Timeout"
  std::string message;  // for a person; no content of the object
  std::size_t target = 0;  // index into Options::targets
};

// Failures named in a report; all are counted. Enough to act on, small enough to keep in memory.
inline constexpr std::size_t kMaxFailuresNamed = 1000;

struct Report {
  std::uint64_t total = 0;              // objects the server listed for us
  std::uint64_t rewritten = 0;          // written anew: the reply had another resourceVersion
  std::uint64_t unchanged = 0;          // already current: the server had nothing to write
  std::uint64_t gone = 0;               // deleted by somebody else meanwhile
  std::uint64_t failed = 0;             // refused, or not answered in time
  std::uint64_t conflicts_retried = 0;  // replies 409 after which the object was read again
  std::uint64_t waits = 0;              // requests repeated after 429, 503, 504 or a lost connection
  std::vector<Failure> failures;        // the first kMaxFailuresNamed
  bool interrupted = false;             // the user stopped it
  Duration duration{};
  // Why the run stopped before its end, if it did: the list failed, the server stayed away, the
  // credentials were refused.
  std::optional<Error> stopped;

  std::uint64_t done() const { return rewritten + unchanged + gone + failed; }
};

}  // namespace kencrypt::rewrite
