// The rewrite engine with a fake cluster, clock and Ctrl-C around it.
#pragma once

#include <fmt/format.h>

#include <string>

#include "fakes/fake_cluster.h"
#include "fakes/fake_interrupts.h"
#include "rewrite/rewriter.h"

namespace kencrypt::fakes {

// Keeps the last checkpoint in memory, as long as it works.
struct KeptCheckpoint final : rewrite::CheckpointStore {
  bool save(const rewrite::Checkpoint& checkpoint) override {
    if (!works) return false;
    last = checkpoint;
    return true;
  }
  std::optional<rewrite::Checkpoint> last;
  bool works = true;
};

struct RewriteWorld {
  explicit RewriteWorld(std::uint32_t seed = 1) : cluster(clock, seed) { options.targets = {{kube::secrets_resource(), {}, {}}}; }
  void fill(int count, std::size_t payload = 10) {
    for (int i = 0; i < count; ++i)
      cluster.add({fmt::format("ns{}", i % 3), fmt::format("s{:05}", i)}, std::string(payload, 'x'));
  }
  rewrite::Report run() {
    return rewrite::rewrite_all(options, {cluster, clock, interrupts, [this](const rewrite::Progress& p) {
                                            last_progress = p;
                                          },
                                          checkpoints});
  }
  // Faults the first `count` requests that `matches`.
  void fault_first(int count, Fault fault, http::Method method) {
    cluster.fault = [=](const http::Request& request) mutable {
      if (request.method != method || count == 0) return Fault::none;
      --count;
      return fault;
    };
  }
  // The same for requests of one object by GET, not lists.
  void fault_object(std::string part, Fault fault, http::Method method, int count = 1 << 30) {
    cluster.fault = [=](const http::Request& request) mutable {
      if (request.method != method || request.target.find(part) == std::string::npos || count == 0)
        return Fault::none;
      --count;
      return fault;
    };
  }

  fakes::FakeClock clock;
  fakes::FakeCluster cluster;
  fakes::FakeInterrupts interrupts;
  rewrite::Options options;
  rewrite::Progress last_progress;
  rewrite::CheckpointStore* checkpoints = nullptr;
};

}  // namespace kencrypt::fakes
