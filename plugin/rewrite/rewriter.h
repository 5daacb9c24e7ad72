// The loop of `kubectl encrypt rewrite`: pages in, replace calls out, bounded in memory and time.
//
// Memory, by construction: pages (kPagesAtOnce of PageLimits::page_bytes, one page of one object up to
// PageLimits::object_bytes) + in flight x (kMaxMetadataBytes at the worst, a few KiB in practice, plus
// the transport's buffers) + objects read again after a conflict, of kMaxObjectBytes at the worst.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <random>
#include <vector>

#include "base/clock.h"
#include "base/interrupts.h"
#include "http/transport.h"
#include "kube/name_list.h"
#include "kube/request.h"
#include "rewrite/object_task.h"
#include "rewrite/page_source.h"
#include "rewrite/report.h"
#include "rewrite/window.h"

namespace kencrypt::rewrite {

struct Options {
  kube::Resource resource;
  kube::Selection selection;
  std::vector<kube::ObjectName> names;  // not empty: just these, the selection is ignored
  kube::DryRun dry_run = kube::DryRun::none;
  // HTTP/2 streams used at once, at the most. API servers allow 100 a connection; from about 64 on a
  // server does not get faster.
  std::size_t max_in_flight = 64;
  PageLimits limits;
  // How long the server may be away, or refuse everything as busy, before the run gives up.
  Duration max_outage = std::chrono::minutes(2);
  std::uint32_t seed = 0;  // of the jitter
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
};

// Runs until everything is done, the user stops it, or going on is pointless; the report says which.
Report rewrite_all(const Options& options, const Surroundings& surroundings);

}  // namespace kencrypt::rewrite
