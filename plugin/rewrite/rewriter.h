// The loop of `kubectl encrypt rewrite`: pages in, writes out, bounded in memory and time.
//
// Memory, by construction (docs/rewrite.md has the formula for users): two pages, each of
// PageLimits::page_bytes or of one object of PageLimits::object_bytes; Options::content_bytes and one object
// on their way; in flight x kMaxMetadataBytes of replies at the worst, a few KiB in practice, and the
// transport's buffers; names of what is on its way and of kMaxFailuresNamed failures.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/interrupts.h"
#include "http/transport.h"
#include "kube/request.h"
#include "rewrite/checkpoint.h"
#include "rewrite/page_source.h"
#include "rewrite/report.h"
#include "rewrite/strategy.h"
#include "rewrite/target.h"

namespace kencrypt::rewrite {

struct Options {
  std::vector<Target> targets;
  Strategy strategy = Strategy::replace;
  kube::DryRun dry_run = kube::DryRun::none;
  // HTTP/2 streams used at once, at the most. API servers allow 100 a connection; from about 64 on a
  // server does not get faster.
  std::size_t max_in_flight = 64;
  double max_requests_per_second = 0;  // of all kinds; 0: no limit
  double max_bytes_per_second = 0;     // of content, both ways; 0: no limit
  PageLimits limits;
  // Content on its way: enough for 64 objects of 256 KiB, little enough for a small machine.
  std::size_t content_bytes = 16U << 20;
  // How long the server may be away, or refuse everything as busy, before the run gives up.
  Duration max_outage = std::chrono::minutes(2);
  std::optional<std::uint64_t> max_failures;  // more, and the run stops
  std::uint32_t seed = 0;                     // of the jitter
  std::optional<Checkpoint> resume;           // go on from here
};

struct Progress {
  std::uint64_t done = 0;
  std::optional<std::uint64_t> expected;  // how many there will be, as far as the server has said
  std::uint64_t failed = 0;
  std::uint64_t waits = 0;
  std::size_t in_flight = 0;
};

// Everything of the outside that a run needs. All must outlive it.
struct Surroundings {
  http::Transport& transport;
  const Clock& clock;
  Interrupts& interrupts;
  std::function<void(const Progress&)> on_progress;  // about once a turn of the loop
  CheckpointStore* checkpoints = nullptr;            // null: nothing is saved
};

// Runs until everything is done, the user stops it, or going on is pointless; the report says which.
Report rewrite_all(const Options& options, const Surroundings& surroundings);

// The same again and again until a pass writes nothing anew, kMaxPasses at the most: then the report says
// that it stopped. Checkpoints are those of the first pass.
Report rewrite_until_clean(const Options& options, const Surroundings& surroundings);
// Somebody who writes with another key all the time would keep us forever.
inline constexpr int kMaxPasses = 20;

}  // namespace kencrypt::rewrite
