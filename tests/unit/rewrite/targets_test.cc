// The loop with several targets, strategies, paces, what cannot be read, and what goes on after a kill.
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "fakes/rewrite_world.h"
#include "rewrite/witness.h"

namespace kencrypt {
namespace {

using fakes::Fault;
using rewrite::Report;
using World = fakes::RewriteWorld;

TEST_CASE("patch stores anew without reading or sending content", "[rewrite]") {
  World world;
  world.fill(300, 1000);
  world.options.strategy = rewrite::Strategy::patch;
  const Report report = world.run();
  CHECK(report.rewritten == 300);
  CHECK(world.cluster.patches == 300);
  CHECK(world.cluster.puts == 0);
  CHECK(world.cluster.content_bytes == 0);
  CHECK(world.cluster.altered_bodies == 0);
  CHECK(world.run().unchanged == 300);
}

TEST_CASE("a patch that meets another writer reads metadata and patches again", "[rewrite]") {
  World world;
  world.fill(1);
  world.options.strategy = rewrite::Strategy::patch;
  bool done = false;
  world.cluster.meanwhile = [&] {
    if (world.cluster.lists == 1 && !done) world.cluster.write({"ns0", "s00000"}, "theirs");
    done = world.cluster.lists == 1;
  };
  const Report report = world.run();
  CHECK(report.conflicts_retried == 1);
  CHECK(world.cluster.content_bytes == 0);
  CHECK(world.cluster.objects().at({"ns0", "s00000"}).payload == "theirs");
}

TEST_CASE("what cannot be read is named, and all the rest is written", "[rewrite]") {
  World world;
  world.options.strategy = GENERATE(rewrite::Strategy::replace, rewrite::Strategy::patch);
  world.cluster.names_all_unreadable = GENERATE(true, false);
  world.fill(1000);
  for (const char* name : {"s00000", "s00003", "s00006", "s00501", "s00999"})
    world.cluster.objects().at({"ns0", name}).unreadable = true;
  const Report report = world.run();
  CHECK(report.total == 1000);
  CHECK(report.rewritten == 995);
  REQUIRE(report.failures.size() == 5);
  CHECK(report.failures[0].object == kube::ObjectName{"ns0", "s00000"});
  CHECK(report.failures[0].reason == "StorageReadError");
  CHECK_FALSE(report.stopped);
}

TEST_CASE("several targets are done one after the other, a refused one is named", "[rewrite]") {
  World world;
  world.fill(30);
  world.options.targets = {{kube::secrets_resource(), {.name_space = "ns0", .label_selector = "", .field_selector = ""}, {}},
                           {{.group = "example.com", .plural = "widgets"}, {}, {}},
                           {kube::secrets_resource(), {}, {{"ns1", "s00001"}}}};
  world.cluster.fault = [](const http::Request& request) {
    return request.target.find("widgets") != std::string::npos ? Fault::forbidden : Fault::none;
  };
  const Report report = world.run();
  CHECK(report.rewritten == 11);
  CHECK(report.total == 11);
  REQUIRE(report.unlisted.size() == 1);
  CHECK(report.unlisted[0].target == 1);
  CHECK(report.unlisted[0].error.kind == ErrorKind::forbidden);
  CHECK_FALSE(report.stopped);
}

TEST_CASE("a run stops when more failed than allowed", "[rewrite]") {
  World world;
  world.fill(500);
  world.options.max_failures = 3;
  world.fault_object("s", Fault::forbidden, http::Method::put);
  const Report report = world.run();
  REQUIRE(report.stopped);
  CHECK(report.failed > 3);
  CHECK(report.failed < 100);
}

TEST_CASE("requests and bytes a second are kept", "[rewrite]") {
  World world;
  world.fill(100, 1000);
  SECTION("requests") {
    world.options.max_requests_per_second = 50;
    CHECK(world.run().duration >= std::chrono::milliseconds(1900));
  }
  SECTION("bytes, both ways") {
    world.options.max_bytes_per_second = 100000;  // 100 kB listed and 100 kB sent
    CHECK(world.run().duration >= std::chrono::milliseconds(1900));
  }
}

TEST_CASE("content on its way is limited to the budget and one object", "[rewrite]") {
  World world;
  world.fill(64, 10000);
  world.options.content_bytes = 20000;
  CHECK(world.run().rewritten == 64);
  CHECK(world.cluster.most_in_flight <= 4);  // 2 or 3 objects and a page
}

TEST_CASE("one slow object holds nothing up", "[rewrite]") {
  World world;
  world.fill(3000);
  world.options.max_outage = std::chrono::hours(1);
  std::size_t others = 0;
  int slow = 0;
  world.cluster.fault = [&](const http::Request& request) {
    if (request.target.find("s00000") == std::string::npos || request.method != http::Method::put)
      return Fault::none;
    if (++slow == 10) others = world.cluster.puts;
    return slow < 11 ? Fault::lost_before : Fault::none;
  };
  CHECK(world.run().rewritten == 3000);
  CHECK(others == 2999);
}

TEST_CASE("passes are repeated until one writes nothing", "[rewrite]") {
  World world;
  world.fill(100);
  int late = 2;
  world.cluster.meanwhile = [&] {
    // Somebody writes with the old key behind our back, after the first page of each pass.
    if (late > 0 && world.cluster.puts % 100 == 99) world.cluster.objects().at({"ns0", "s00000"}).stale = --late >= 0;
  };
  const Report report = rewrite::rewrite_until_clean(
      world.options, {world.cluster, world.clock, world.interrupts, {}, nullptr});
  CHECK(report.passes.size() >= 2);
  CHECK(report.passes.back().rewritten == 0);
  CHECK(report.total == report.done());
  CHECK(world.cluster.stale_objects() == 0);
}

TEST_CASE("passes that never end are ended and explained", "[rewrite]") {
  World world;
  world.fill(3);
  world.cluster.meanwhile = [&] { world.cluster.objects().begin()->second.stale = true; };
  const Report report = rewrite::rewrite_until_clean(
      world.options, {world.cluster, world.clock, world.interrupts, {}, nullptr});
  CHECK(report.passes.size() == rewrite::kMaxPasses);
  REQUIRE(report.stopped);
}

TEST_CASE("a 403 soon after the server was away is waited for", "[rewrite]") {
  World world;
  world.fill(200);
  int n = 0;
  world.cluster.fault = [&](const http::Request& request) {
    if (request.method != http::Method::put) return Fault::none;
    ++n;
    if (n >= 100 && n < 120) return Fault::lost_before;
    return n >= 120 && n < 130 ? Fault::forbidden : Fault::none;
  };
  const Report report = world.run();
  CHECK(report.failed == 0);
  CHECK(report.rewritten == 200);
}

TEST_CASE("going on, only what was open or written since is written", "[rewrite]") {
  World world;
  world.fill(300);
  fakes::KeptCheckpoint kept;
  world.checkpoints = &kept;
  world.cluster.meanwhile = [&] {
    if (world.cluster.puts == 150) world.interrupts.presses = 1;
  };
  const Report first = world.run();
  REQUIRE(kept.last);
  CHECK(kept.last->finished == first.rewritten);
  CHECK(kept.last->open.empty());

  world.cluster.meanwhile = [] {};
  world.interrupts.presses = 0;
  // Behind our back, and with an older key, as an API server with another configuration would.
  world.cluster.write({"ns0", "s00000"}, "newer");
  world.cluster.objects().at({"ns0", "s00000"}).stale = true;
  world.options.resume = kept.last;
  const std::size_t before = world.cluster.puts;
  const Report second = world.run();
  CHECK(second.resumed == first.rewritten);
  CHECK(second.rewritten == 300 - first.rewritten + 1);
  CHECK(world.cluster.puts - before == second.rewritten);
  CHECK(world.cluster.stale_objects() == 0);
}

TEST_CASE("a witness tells whether the write key is the same", "[rewrite]") {
  World world;
  world.fill(3);
  world.cluster.objects().at({"ns0", "s00000"}).stale = false;
  world.cluster.objects().at({"ns2", "s00002"}).stale = false;
  const auto version = [&](const kube::ObjectName& name) {
    return std::to_string(world.cluster.objects().at(name).revision);
  };
  const auto ask = [&](std::vector<rewrite::Witness> witnesses) {
    return rewrite::ask_write_key(world.cluster, world.options.targets, rewrite::Strategy::replace, witnesses);
  };
  const rewrite::Witness current{0, {"ns0", "s00000"}, version({"ns0", "s00000"})};
  const rewrite::Witness stale{0, {"ns1", "s00001"}, version({"ns1", "s00001"})};
  const rewrite::Witness changed{0, {"ns2", "s00002"}, "1"};
  const rewrite::Witness gone{0, {"ns2", "nobody"}, "1"};
  CHECK(ask({current, changed, gone}) == rewrite::WriteKey::same);
  CHECK(ask({stale, gone}) == rewrite::WriteKey::other);
  CHECK(ask({changed, gone, {7, {"a", "b"}, "1"}}) == rewrite::WriteKey::unknown);
  CHECK(ask({}) == rewrite::WriteKey::unknown);
}

}  // namespace
}  // namespace kencrypt
