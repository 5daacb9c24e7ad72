// What must hold whatever happens: seeded random faults, writers and kills.
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <map>
#include <random>

#include "fakes/rewrite_world.h"

namespace kencrypt {
namespace {

using fakes::Fault;
using World = fakes::RewriteWorld;

class Seeded {
 public:
  explicit Seeded(std::uint32_t seed) : world(seed), random_(seed) {
    world.options.seed = seed;
    world.options.strategy = roll(50) ? rewrite::Strategy::replace : rewrite::Strategy::patch;
    world.options.max_in_flight = 1 + random_() % 64;
    world.options.content_bytes = 500 + random_() % 20000;
    world.options.limits.page_bytes = 2000 + random_() % 20000;
    world.options.limits.object_bytes = 100000;
    world.options.limits.first_objects = 1 + random_() % 50;
    world.cluster.names_all_unreadable = roll(50);
    if (roll(10)) world.options.max_requests_per_second = 1 + static_cast<double>(random_() % 1000);
  }

  bool roll(unsigned percent) { return random_() % 100 < percent; }

  void fill() {
    const auto count = random_() % 60;
    for (unsigned i = 0; i < count; ++i) {
      const kube::ObjectName name{fmt::format("ns{}", random_() % 4), fmt::format("s{:04}", i)};
      expected[name] = std::string(random_() % 1000, 'p');
      world.cluster.add(name, expected[name], roll(70));
      if (roll(3)) spoil(name);
    }
  }

  void add_faults(unsigned trouble) {
    world.cluster.fault = [this, trouble](const http::Request& request) {
      if (!roll(trouble)) return Fault::none;
      if (request.target.find("continue=") != std::string::npos && roll(30)) return Fault::expired;
      constexpr Fault kFaults[] = {Fault::throttled, Fault::unavailable, Fault::lost_before, Fault::lost_after,
                                   Fault::etcd_busy, Fault::etcd_late, Fault::kms_away};
      return kFaults[random_() % std::size(kFaults)];
    };
  }

  // Other clients change and delete.
  void write_something() {
    if (expected.empty() || !roll(10) || writes_ > 200) return;
    auto at = std::next(expected.begin(), static_cast<long>(random_() % expected.size()));
    if (unreadable.contains(at->first)) return;
    if (roll(20)) {
      world.cluster.remove(at->first);
      expected.erase(at);
    } else {
      at->second = fmt::format("w{}", ++writes_);
      world.cluster.write(at->first, at->second);
    }
  }

  void check_cluster() {
    CHECK(world.cluster.stale_objects() == unreadable.size());
    CHECK(world.cluster.altered_bodies == 0);
    CHECK(world.cluster.puts_without_version == 0);
    CHECK(world.cluster.objects().size() == expected.size());
    for (const auto& [name, payload] : expected) CHECK(world.cluster.objects().at(name).payload == payload);
  }

  World world;
  std::map<kube::ObjectName, std::string> expected;
  std::map<kube::ObjectName, bool> unreadable;

 private:
  void spoil(const kube::ObjectName& name) {
    world.cluster.objects().at(name).unreadable = true;
    world.cluster.objects().at(name).stale = true;
    unreadable[name] = true;
  }

  std::minstd_rand random_;
  int writes_ = 0;
};

void check_one_run(std::uint32_t seed) {
  INFO("seed " << seed);
  Seeded run(seed);
  run.fill();
  run.add_faults(seed % 30);
  run.world.cluster.meanwhile = [&] { run.write_something(); };
  const rewrite::Report report = run.world.run();
  CHECK_FALSE(report.stopped);
  CHECK(report.failed == run.unreadable.size());
  CHECK(report.total == report.done());
  CHECK(run.world.cluster.in_flight() == 0);
  CHECK(run.world.cluster.most_in_flight <= run.world.options.max_in_flight + 1);  // + the next page
  if (run.world.options.strategy == rewrite::Strategy::patch) CHECK(run.world.cluster.content_bytes == 0);
  run.check_cluster();
}

// In parts, so that all cores take one.
void check_runs(std::uint32_t first) {
  for (std::uint32_t seed = first; seed < first + 2500; ++seed) check_one_run(seed);
}

TEST_CASE("rewrite keeps its promises under random faults and writers, seeds 1 to 2500", "[rewrite][property]") {
  check_runs(1);
}
TEST_CASE("rewrite keeps its promises under random faults and writers, seeds to 5000", "[rewrite][property]") {
  check_runs(2501);
}
TEST_CASE("rewrite keeps its promises under random faults and writers, seeds to 7500", "[rewrite][property]") {
  check_runs(5001);
}
TEST_CASE("rewrite keeps its promises under random faults and writers, seeds to 10000", "[rewrite][property]") {
  check_runs(7501);
}

// Runs that die at any moment and go on from the last checkpoint: everything is written in the end, and a
// kill repeats a window of writes at the most.
void check_kills(std::uint32_t seed) {
  INFO("seed " << seed);
  Seeded run(seed);
  run.fill();
  for (int i = 0; i < 300; ++i) {
    const kube::ObjectName name{fmt::format("ns{}", i % 4), fmt::format("t{:04}", i)};
    run.expected[name] = "t";
    run.world.cluster.add(name, "t");
  }
  fakes::KeptCheckpoint kept;
  run.world.checkpoints = &kept;
  const std::size_t objects = run.expected.size();
  std::size_t kills = 0;
  for (bool done = false; !done; ++kills) {
    std::size_t left = 20 + seed % 100;
    run.world.cluster.meanwhile = [&] {
      if (kills >= 10 || --left != 0) return;
      kept.works = false;
      run.world.cluster.lose_client();
      run.world.interrupts.presses = 2;
    };
    run.world.options.resume = kept.last;
    done = !run.world.run().interrupted;
    run.world.interrupts.presses = 0;
    kept.works = true;
  }
  const auto writes = run.world.cluster.puts + run.world.cluster.patches;
  CHECK(writes <= objects + kills * run.world.options.max_in_flight);
  run.check_cluster();
}

TEST_CASE("what a killed run has finished is not written again", "[rewrite][property]") {
  for (std::uint32_t seed = 1; seed <= 300; ++seed) check_kills(seed);
}

}  // namespace
}  // namespace kencrypt
