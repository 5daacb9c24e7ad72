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
  std::size_t target = 0;  // index into Options::targets
  kube::ObjectName object;
  std::string reason;   // the server's, "Forbidden", or our own, "Timeout"
  std::string message;  // for a person; no content of the object
};

// Failures named in a report; all are counted. Enough to act on, small enough to keep in memory.
inline constexpr std::size_t kMaxFailuresNamed = 1000;

// A target whose objects could not be listed, all or from somewhere on.
struct Unlisted {
  std::size_t target = 0;  // index into Options::targets
  Error error;
};

// One way through all targets (--until-clean makes several).
struct Pass {
  std::uint64_t total = 0;
  std::uint64_t rewritten = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t gone = 0;
  std::uint64_t failed = 0;
};

// With several passes the counters are sums, except that what failed in a pass before the last is in no
// count: it was tried again in the next one.
struct Report {
  std::uint64_t total = 0;              // objects the server listed for us
  std::uint64_t rewritten = 0;          // written anew: the reply had another resourceVersion
  std::uint64_t unchanged = 0;          // already current: the server had nothing to write
  std::uint64_t gone = 0;               // deleted by somebody else meanwhile
  std::uint64_t failed = 0;             // refused, or not answered in time
  std::uint64_t conflicts_retried = 0;  // replies 409 after which the object was read again
  std::uint64_t waits = 0;              // requests repeated after 429, 503, 504 or a lost connection
  std::vector<Failure> failures;        // the first kMaxFailuresNamed
  std::vector<Unlisted> unlisted;       // where there are several targets: the others were done
  std::uint64_t resumed = 0;            // finished by earlier runs and not touched; not in total
  std::vector<Pass> passes;             // each of them
  bool interrupted = false;             // the user stopped it
  Duration duration{};
  // Why the run stopped before its end, if it did: the list failed, the server stayed away, the
  // credentials were refused.
  std::optional<Error> stopped;

  std::uint64_t done() const { return rewritten + unchanged + gone + failed; }
};

}  // namespace kencrypt::rewrite
