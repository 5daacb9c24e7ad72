#include "output/age.h"

#include <catch2/catch.hpp>

using namespace kencrypt::output;
using namespace std::chrono_literals;

namespace {

constexpr auto kDay = 24h;
constexpr auto kYear = 365 * kDay;

}  // namespace

TEST_CASE("durations are shown as kubectl shows them", "[output]") {
  const std::pair<std::chrono::nanoseconds, const char*> rows[] = {
      {-2s, "<invalid>"},
      {-1999ms, "0s"},
      {-1s, "0s"},
      {-1ns, "0s"},
      {0s, "0s"},
      {999ms, "0s"},
      {1s, "1s"},
      {119s, "119s"},
      {120s, "2m"},
      {121s, "2m1s"},
      {9min + 59s, "9m59s"},
      {10min, "10m"},
      {10min + 59s, "10m"},
      {179min, "179m"},
      {3h, "3h"},
      {3h + 59s, "3h"},
      {3h + 1min, "3h1m"},
      {7h + 59min, "7h59m"},
      {8h, "8h"},
      {8h + 30min, "8h"},
      {47h, "47h"},
      {48h, "2d"},
      {49h, "2d1h"},
      {7 * kDay + 23h, "7d23h"},
      {8 * kDay, "8d"},
      {8 * kDay + 23h, "8d"},
      {2 * kYear - 1h, "729d"},
      {2 * kYear, "2y"},
      {2 * kYear + 23h, "2y"},
      {2 * kYear + kDay, "2y1d"},
      {8 * kYear - 1h, "7y364d"},
      {8 * kYear, "8y"},
      {20 * kYear + 300 * kDay, "20y"},
  };
  for (const auto& [duration, shown] : rows) {
    CAPTURE(duration.count());
    CHECK(human_duration(duration) == shown);
  }
}

TEST_CASE("an age without a beginning is unknown", "[output]") {
  const kencrypt::WallTime now{std::chrono::seconds(1'700'000'000)};
  CHECK(age(now - 90s, now) == "90s");
  CHECK(age(now + 1h, now) == "<invalid>");
  CHECK(age(std::nullopt, now) == "<unknown>");
}
