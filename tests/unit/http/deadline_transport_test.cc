#include "http/deadline_transport.h"

#include <catch2/catch.hpp>

#include "fakes/fake_clock.h"
#include "fakes/scripted_transport.h"

namespace kencrypt::http {
namespace {

struct World {
  fakes::FakeClock clock;
  fakes::ScriptedTransport inner;
  DeadlineTransport line{inner, clock, clock.now() + std::chrono::milliseconds(200)};
  fakes::RecordingReceiver first;
  fakes::RecordingReceiver second;

  void turn() { line.run_once(clock.now() + std::chrono::hours(1)); }
};

TEST_CASE("a reply before the deadline passes unchanged", "[deadline_transport]") {
  World world;
  world.inner.reply(
      {.status = 200, .body = "hello", .headers = {}, .error = {}, .trailers = {{"a", "b"}}});
  world.line.start({}, world.first);
  world.turn();
  CHECK(world.first.body == "hello");
  CHECK(world.first.trailers.size() == 1);
  CHECK(world.first.dones == 1);
  CHECK_FALSE(world.first.error);
}

TEST_CASE("at the deadline all that is under way ends", "[deadline_transport]") {
  World world;
  for (int i = 0; i < 2; ++i)
    world.inner.reply({.body = "", .headers = {}, .error = {}, .never = true});
  world.line.start({}, world.first);
  world.line.start({}, world.second);
  world.turn();
  CHECK(world.first.dones == 0);
  world.clock.advance(std::chrono::milliseconds(200));
  world.turn();
  for (const auto* receiver : {&world.first, &world.second}) {
    CHECK(receiver->dones == 1);
    REQUIRE(receiver->error);
    CHECK(receiver->error->kind == ErrorKind::timeout);
  }
  CHECK(world.inner.in_flight() == 0);
}

TEST_CASE("nothing is sent after the deadline", "[deadline_transport]") {
  World world;
  world.clock.advance(std::chrono::seconds(1));
  world.line.start({}, world.first);
  CHECK(world.first.dones == 0);  // never in start()
  world.turn();
  REQUIRE(world.first.error);
  CHECK(world.first.error->kind == ErrorKind::timeout);
  CHECK(world.inner.requests().empty());
}

TEST_CASE("cancelled requests and a transport that goes leave nothing behind",
          "[deadline_transport]") {
  World world;
  for (int i = 0; i < 2; ++i)
    world.inner.reply({.body = "", .headers = {}, .error = {}, .never = true});
  world.line.cancel(world.line.start({}, world.first));
  world.line.cancel(4711);
  {
    DeadlineTransport other(world.inner, world.clock, world.clock.now() + std::chrono::seconds(1));
    other.start({}, world.second);
  }
  CHECK(world.inner.in_flight() == 0);
  world.clock.advance(std::chrono::seconds(1));
  world.turn();
  CHECK(world.first.dones == 0);
}

}  // namespace
}  // namespace kencrypt::http
