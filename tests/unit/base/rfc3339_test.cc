#include "base/rfc3339.h"

#include <catch2/catch.hpp>

namespace kencrypt {
namespace {

// Seconds since 1970, or nullopt.
std::optional<long long> seconds(std::string_view text) {
  const auto time = parse_rfc3339(text);
  if (!time) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::seconds>(time->time_since_epoch()).count();
}

TEST_CASE("times of the Kubernetes API", "[rfc3339]") {
  CHECK(seconds("1970-01-01T00:00:00Z") == 0);
  CHECK(seconds("2018-03-05T17:30:20Z") == 1520271020);
  CHECK(seconds("2018-03-05T17:30:20.999Z") == 1520271020);
  CHECK(seconds("2018-03-05T18:30:20+01:00") == 1520271020);
  CHECK(seconds("2018-03-05T12:00:20-05:30") == 1520271020);
  CHECK(seconds("2024-02-29T00:00:00Z") == 1709164800);
  CHECK(parse_rfc3339("9999-12-31T23:59:59Z") == WallTime::max());
}

TEST_CASE("what is no time", "[rfc3339]") {
  for (const auto* text : {"", "2018-03-05", "2018-03-05T17:30:20", "2018-03-05 17:30:20Z",
                           "2023-02-29T00:00:00Z", "2018-13-05T17:30:20Z", "2018-03-05T24:30:20Z",
                           "2018-03-05T17:30:20Zx", "2018-03-05T17:30:20.Z", "2018-3-05T17:30:20Z",
                           "2018-03-05T17:30:20+0100", "1520271020", "+018-03-05T17:30:20Z"}) {
    INFO(text);
    CHECK(parse_rfc3339(text) == std::nullopt);
  }
}

TEST_CASE("what is formatted is read again") {
  for (const char* text : {"1970-01-01T00:00:00Z", "2026-02-28T23:59:59Z"})
    CHECK(format_rfc3339(parse_rfc3339(text).value()) == text);
}

}  // namespace
}  // namespace kencrypt
