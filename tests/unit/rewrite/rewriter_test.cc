// The rewrite loop against a whole fake cluster: every outcome.
#include "rewrite/rewriter.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "fakes/rewrite_world.h"
#include "rewrite/object_task.h"

namespace kencrypt {
namespace {

using fakes::Fault;
using World = fakes::RewriteWorld;
using http::Method;
using rewrite::Report;

void check_adds_up(const Report& report) {
  CHECK(report.total == report.rewritten + report.unchanged + report.gone + report.failed);
}

TEST_CASE("rewrite writes every stale object once, and a second run none", "[rewrite]") {
  World world;
  world.fill(1234);
  const Report first = world.run();
  CHECK(first.total == 1234);
  CHECK(first.rewritten == 1234);
  CHECK(first.failed == 0);
  CHECK_FALSE(first.stopped);
  CHECK(world.cluster.stale_objects() == 0);
  CHECK(world.cluster.altered_bodies == 0);
  CHECK(world.cluster.puts == 1234);
  CHECK(world.last_progress.expected == 1234);

  const Report second = world.run();
  CHECK(second.rewritten == 0);
  CHECK(second.unchanged == 1234);
}

TEST_CASE("an empty cluster is done at once", "[rewrite]") {
  World world;
  const Report report = world.run();
  CHECK(report.total == 0);
  CHECK_FALSE(report.stopped);
}

TEST_CASE("only the namespace asked for is written", "[rewrite]") {
  World world;
  world.fill(30);
  world.options.targets[0].selection.name_space = "ns1";
  CHECK(world.run().rewritten == 10);
  CHECK(world.cluster.stale_objects() == 20);
}

TEST_CASE("named objects are read and written, and one that is not there fails", "[rewrite]") {
  World world;
  world.fill(30);
  world.options.targets[0].names = {{"ns1", "s00001"}, {"ns2", "s00002"}, {"ns2", "missing"}};
  const Report report = world.run();
  CHECK(report.total == 3);
  CHECK(report.rewritten == 2);
  REQUIRE(report.failures.size() == 1);
  CHECK(report.failures[0].object == kube::ObjectName{"ns2", "missing"});
  CHECK(report.failures[0].reason == "NotFound");
  CHECK(world.cluster.lists == 0);
  CHECK(world.cluster.stale_objects() == 28);
}

TEST_CASE("selectors and dry run reach the server", "[rewrite]") {
  World world;
  world.fill(3);
  world.cluster.keep_targets = true;
  world.options.targets[0].selection.label_selector = "app in (a,b)";
  world.options.targets[0].selection.field_selector = "type=Opaque";
  world.options.dry_run = kube::DryRun::server;
  const Report report = world.run();
  CHECK(report.unchanged == 3);
  CHECK(world.cluster.stale_objects() == 3);
  CHECK(world.cluster.targets.at(0) ==
        "/api/v1/secrets?labelSelector=app%20in%20%28a%2Cb%29&fieldSelector=type%3DOpaque&limit=50");
  CHECK(world.cluster.targets.at(1).find("dryRun=All") != std::string::npos);
}

TEST_CASE("a conflict is read again and written, and the other writer's value stays", "[rewrite]") {
  World world;
  world.fill(1);
  bool done = false;
  world.cluster.meanwhile = [&] {
    if (world.cluster.lists == 1 && !done) world.cluster.write({"ns0", "s00000"}, "theirs");
    done = world.cluster.lists == 1;
  };
  const Report report = world.run();
  CHECK(report.conflicts_retried == 1);
  CHECK(report.unchanged == 1);
  CHECK(world.cluster.objects().at({"ns0", "s00000"}).payload == "theirs");
}

TEST_CASE("an object under endless change fails in the end and says so", "[rewrite]") {
  World world;
  world.fill(1);
  int n = 0;
  world.cluster.meanwhile = [&] { world.cluster.write({"ns0", "s00000"}, fmt::format("v{}", ++n)); };
  const Report report = world.run();
  CHECK(report.failed == 1);
  REQUIRE(report.failures.size() == 1);
  CHECK(report.failures[0].reason == "Conflict");
  CHECK(report.conflicts_retried == rewrite::ObjectTask::kMaxConflicts);
}

TEST_CASE("an object deleted meanwhile is gone, also between conflict and reading", "[rewrite]") {
  World world;
  world.fill(2);
  world.cluster.meanwhile = [&] {
    if (world.cluster.lists == 1) world.cluster.remove({"ns0", "s00000"});
  };
  const Report report = world.run();
  CHECK(report.gone == 1);
  CHECK(report.rewritten == 1);
  check_adds_up(report);
}

TEST_CASE("a 404 that is not the API server's is a failure, not gone", "[rewrite]") {
  World world;
  world.fill(2);
  world.fault_object("s00001", Fault::foreign_404, Method::put);
  const Report report = world.run();
  CHECK(report.gone == 0);
  CHECK(report.failed == 1);
}

TEST_CASE("throttling, unavailability and lost connections are waited out", "[rewrite]") {
  const Fault fault = GENERATE(Fault::throttled, Fault::unavailable, Fault::lost_before, Fault::lost_after,
                               Fault::etcd_busy, Fault::etcd_late, Fault::kms_away);
  World world;
  world.fill(200);
  world.fault_first(100, fault, Method::put);
  const Report report = world.run();
  CHECK(report.failed == 0);
  CHECK(report.waits == 100);
  CHECK(report.rewritten + report.unchanged == 200);
  CHECK(world.cluster.stale_objects() == 0);
  CHECK_FALSE(report.stopped);
}

TEST_CASE("a KMS plugin that stays away ends the run, and no object is called unreadable for it", "[rewrite]") {
  World world;
  world.fill(200);
  int puts = 0;
  world.cluster.fault = [&](const http::Request& request) {
    return request.method == Method::put && ++puts > 50 ? Fault::kms_away : Fault::none;
  };
  const Report report = world.run();
  REQUIRE(report.stopped);
  CHECK(report.stopped->message.find("does not get on with its KMS plugin") != std::string::npos);
  CHECK(report.rewritten == 50);
  CHECK(report.failed == 0);
}

TEST_CASE("Retry-After holds back everything", "[rewrite]") {
  World world;
  world.fill(50);
  world.fault_first(1, Fault::throttled, Method::put);
  const Report report = world.run();
  CHECK(report.duration >= std::chrono::seconds(1));
}

TEST_CASE("pages meet the same troubles and go on", "[rewrite]") {
  const Fault fault = GENERATE(Fault::throttled, Fault::unavailable, Fault::lost_before, Fault::etcd_busy,
                               Fault::kms_away);
  World world;
  world.fill(300);
  int n = 0;
  world.cluster.fault = [&](const http::Request& request) {
    return request.method == Method::get && ++n % 2 == 1 ? fault : Fault::none;
  };
  const Report report = world.run();
  CHECK(report.rewritten == 300);
  CHECK_FALSE(report.stopped);
}

TEST_CASE("an expired page goes on with the server's token", "[rewrite]") {
  World world;
  world.fill(300);
  int n = 0;
  world.cluster.fault = [&](const http::Request& request) {
    return request.method == Method::get && ++n == 2 ? Fault::expired : Fault::none;
  };
  const Report report = world.run();
  CHECK(world.cluster.stale_objects() == 0);
  CHECK(report.rewritten == 300);
  CHECK_FALSE(report.stopped);
}

TEST_CASE("an expired page without a token starts anew", "[rewrite]") {
  World world;
  world.fill(300);
  int n = 0;
  world.cluster.fault = [&](const http::Request& request) {
    return request.method == Method::get && ++n == 2 ? Fault::expired_bare : Fault::none;
  };
  const Report report = world.run();
  CHECK(world.cluster.stale_objects() == 0);
  CHECK(report.rewritten == 300);
  check_adds_up(report);
}

TEST_CASE("a list that expires for ever ends the run", "[rewrite]") {
  World world;
  world.fill(300);
  world.fault_first(1 << 30, Fault::expired_bare, Method::get);
  const Report report = world.run();
  REQUIRE(report.stopped);
  CHECK(report.stopped->kind == ErrorKind::expired);
}

TEST_CASE("a refused object is named and the others are done", "[rewrite]") {
  World world;
  world.fill(100);
  const auto [fault, reason] = GENERATE(std::pair{Fault::forbidden, "Forbidden"},
                                        std::pair{Fault::internal, "InternalError"},
                                        std::pair{Fault::garbage, "InvalidReply"});
  world.fault_object("s00042", fault, Method::put);
  const Report report = world.run();
  CHECK(report.rewritten == 99);
  REQUIRE(report.failures.size() == 1);
  CHECK(report.failures[0].object == kube::ObjectName{"ns0", "s00042"});
  CHECK(report.failures[0].reason == reason);
  check_adds_up(report);
}

// Behind a load balancer nothing is lost when the API server is replaced by one that has not read its roles.
TEST_CASE("a server that has just started refuses everything for a moment, and more than once", "[rewrite]") {
  World world;
  world.fill(600);
  int puts = 0;
  world.cluster.fault = [&puts](const http::Request& request) {
    if (request.method != Method::put) return Fault::none;
    ++puts;
    return (puts > 100 && puts <= 150) || (puts > 500 && puts <= 550) ? Fault::forbidden : Fault::none;
  };
  const Report report = world.run();
  CHECK(report.rewritten == 600);
  CHECK(report.failed == 0);
  CHECK(report.waits == 100);
  check_adds_up(report);
}

TEST_CASE("a right that is missing for some objects is waited for once, and not for long", "[rewrite]") {
  World world;
  world.fill(2000);
  world.fault_object("s000", Fault::forbidden, Method::put);
  const Report report = world.run();
  CHECK(report.rewritten == 1900);
  CHECK(report.failed == 100);
  CHECK(report.duration < std::chrono::minutes(1));
  check_adds_up(report);
}

TEST_CASE("one object that never gets an answer fails alone", "[rewrite]") {
  World world;
  world.fill(3000);
  world.options.max_outage = std::chrono::hours(1);
  world.fault_object("s00042", Fault::unavailable, Method::put);
  const Report report = world.run();
  CHECK(report.rewritten == 2999);
  CHECK(report.failed == 1);
  CHECK_FALSE(report.stopped);
}

TEST_CASE("refused credentials stop the run", "[rewrite]") {
  World world;
  world.fill(100);
  world.fault_first(1, Fault::unauthorized, Method::put);
  const Report report = world.run();
  REQUIRE(report.stopped);
  CHECK(report.stopped->kind == ErrorKind::unauthenticated);
}

TEST_CASE("a garbage or refused list stops the run", "[rewrite]") {
  World world;
  world.fill(100);
  const auto [fault, kind] = GENERATE(std::pair{Fault::garbage, ErrorKind::protocol},
                                      std::pair{Fault::forbidden, ErrorKind::forbidden},
                                      std::pair{Fault::unauthorized, ErrorKind::unauthenticated});
  world.fault_first(1, fault, Method::get);
  const Report report = world.run();
  REQUIRE(report.stopped);
  CHECK(report.stopped->kind == kind);
  CHECK(world.cluster.puts == 0);
}

TEST_CASE("a server that stays away ends the run after the time allowed", "[rewrite]") {
  World world;
  world.fill(1000);
  int n = 0;
  world.cluster.fault = [&](const http::Request&) { return ++n > 300 ? Fault::lost_before : Fault::none; };
  const Report report = world.run();
  REQUIRE(report.stopped);
  CHECK(report.stopped->kind == ErrorKind::unavailable);
  CHECK(report.duration > world.options.max_outage);
  CHECK(report.duration < world.options.max_outage + std::chrono::seconds(30));
  CHECK(report.rewritten > 200);
}

TEST_CASE("the first Ctrl-C drains, and nothing new is started", "[rewrite]") {
  World world;
  world.fill(1000);
  std::size_t flying = 0;
  std::size_t puts_then = 0;
  world.cluster.meanwhile = [&] {
    if (world.cluster.puts != 100 || world.interrupts.presses > 0) return;
    world.interrupts.presses = 1;
    flying = world.cluster.in_flight() + 1;
    puts_then = world.cluster.puts;
  };
  const Report report = world.run();
  CHECK(report.interrupted);
  CHECK(world.cluster.puts <= puts_then + flying);
  CHECK(report.rewritten == world.cluster.puts);
  CHECK(report.rewritten + world.cluster.stale_objects() == 1000);
}

TEST_CASE("the second Ctrl-C does not wait", "[rewrite]") {
  World world;
  world.fill(1000);
  world.cluster.latency = std::chrono::seconds(5);
  world.cluster.meanwhile = [&] { world.interrupts.presses = 2; };
  const Report report = world.run();
  CHECK(report.interrupted);
  CHECK(report.duration < std::chrono::seconds(15));
}

TEST_CASE("pages stay within their budget, whatever the sizes", "[rewrite]") {
  World world;
  world.options.limits.page_bytes = 20000;
  world.fill(20, 100);
  for (int i = 0; i < 20; ++i) world.cluster.add({"ns1", fmt::format("big{:02}", i)}, std::string(9000, 'b'));
  world.cluster.add({"ns1", "huge"}, std::string(100000, 'h'));
  world.options.limits.object_bytes = 200000;
  const Report report = world.run();
  CHECK(report.rewritten == 41);
  CHECK_FALSE(report.stopped);
}

TEST_CASE("an object beyond every limit is an error that says so", "[rewrite]") {
  World world;
  world.options.limits.page_bytes = 2000;
  world.options.limits.object_bytes = 5000;
  world.cluster.add({"ns1", "huge"}, std::string(100000, 'h'));
  const Report report = world.run();
  REQUIRE(report.stopped);
  CHECK(report.stopped->kind == ErrorKind::too_large);
}

}  // namespace
}  // namespace kencrypt
