#include "pacing/window.h"

#include <catch2/catch.hpp>

#include "pacing/pace.h"

namespace kencrypt {
namespace {

using pacing::Trouble;
using pacing::Window;
using namespace std::chrono_literals;

// A server that works on `parallel` requests at once, each for `service`; the rest queue.
struct Server {
  double parallel;
  double service;  // seconds
};

// Replies as such a server gives them to a full window, for `time`.
TimePoint serve(Window& window, const Server& server, TimePoint from, Duration time) {
  TimePoint now = from;
  while (now < from + time) {
    const double in_flight = static_cast<double>(window.limit());
    const double latency = std::max(server.service, in_flight * server.service / server.parallel);
    now += std::chrono::duration_cast<Duration>(std::chrono::duration<double>(latency / in_flight));
    window.on_success(now,
                      std::chrono::duration_cast<Duration>(std::chrono::duration<double>(latency)));
  }
  return now;
}

TEST_CASE("the window starts small and grows to its ceiling", "[window]") {
  Window window(64);
  CHECK(window.limit() == 8);
  serve(window, {1000, 0.005}, TimePoint{} + 1h, 2s);
  CHECK(window.limit() == 64);
  CHECK(Window(3).limit() == 3);
}

TEST_CASE("a full server's own queue is no reason to halve", "[window]") {
  Window window(64);
  serve(window, {4, 0.005}, TimePoint{} + 1h, 10s);
  CHECK(window.limit() == 64);
}

TEST_CASE("a server that becomes far slower gets half, once for each time it does", "[window]") {
  Window window(64);
  TimePoint now = serve(window, {8, 0.01}, TimePoint{} + 1h, 5s);
  REQUIRE(window.limit() == 64);
  now = serve(window, {8, 0.1}, now, 3s);  // ten times slower
  CHECK(window.limit() <= 40);
  CHECK(window.limit() >= 30);
}

TEST_CASE("trouble halves once and holds back until the server said", "[window]") {
  Window window(64);
  const TimePoint now = serve(window, {1000, 0.005}, TimePoint{} + 1h, 2s);
  window.on_trouble(now, 1s, Trouble::busy);
  window.on_trouble(now + 10ms, 2s, Trouble::busy);
  CHECK(window.limit() == 32);
  CHECK_FALSE(window.has_room(0, now + 1900ms));
  CHECK(window.has_room(0, now + 2010ms));
  window.on_trouble(now + 3s, 1s, Trouble::away);
  CHECK(window.limit() == 16);
}

TEST_CASE("where the server protested is approached slowly", "[window]") {
  Window window(64);
  TimePoint now = serve(window, {1000, 0.005}, TimePoint{} + 1h, 2s);
  window.on_trouble(now, 50ms, Trouble::busy);
  window.on_trouble(now + 1s, 50ms, Trouble::busy);  // at 32
  now = serve(window, {1000, 0.005}, now + 2s, 3s);
  CHECK(window.limit() >= 28);
  CHECK(window.limit() <= 33);
  serve(window, {1000, 0.005}, now, 60s);
  CHECK(window.limit() == 64);
}

TEST_CASE("the window never falls below one", "[window]") {
  Window window(4);
  for (int i = 0; i < 10; ++i) window.on_trouble(TimePoint{} + 1h + i * 1s, 10ms, Trouble::away);
  CHECK(window.limit() == 1);
}

TEST_CASE("a pace spreads what is spent and forgives a late turn, but no pause", "[window]") {
  pacing::Pace pace(100);
  TimePoint now = TimePoint{} + 1h;
  int spent = 0;
  for (const TimePoint end = now + 1s; now < end; now += 1ms)
    while (pace.ready(now)) {
      pace.spend(now, 1);
      ++spent;
    }
  CHECK(spent >= 100);
  CHECK(spent <= 106);
  pacing::Pace none(0);
  none.spend(now, 1e9);
  CHECK(none.ready(now));
}

}  // namespace
}  // namespace kencrypt
