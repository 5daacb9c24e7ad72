#include "http/retry.h"

#include <catch2/catch.hpp>

namespace kencrypt::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

ResponseHead head(int status, const char* after = nullptr) {
  ResponseHead made{status, {}};
  if (after != nullptr) made.headers.push_back({"retry-after", after});
  return made;
}

TEST_CASE("Retry-After is read strictly and capped", "[retry]") {
  CHECK(retry_after(head(429, "7")) == seconds(7));
  CHECK(retry_after(head(429, "0")) == seconds(0));
  CHECK(retry_after(head(429, "100000")) == kMaxRetryAfter);
  CHECK(retry_after(head(429, "99999999999999999999")) == std::nullopt);
  CHECK(retry_after(head(429, "-1")) == std::nullopt);
  CHECK(retry_after(head(429, "5s")) == std::nullopt);
  CHECK(retry_after(head(429, "Wed, 21 Oct 2015 07:28:00 GMT")) == std::nullopt);
  CHECK(retry_after(head(429)) == std::nullopt);
}

TEST_CASE("which replies ask to wait", "[retry]") {
  CHECK(asks_to_wait(head(429)));
  CHECK(asks_to_wait(head(503)));
  CHECK(asks_to_wait(head(504)));
  CHECK(asks_to_wait(head(500, "1")));
  CHECK_FALSE(asks_to_wait(head(500)));
  CHECK_FALSE(asks_to_wait(head(409, "1")));
  CHECK_FALSE(asks_to_wait(head(200, "1")));
}

TEST_CASE("distrust is not waited out", "[retry]") {
  CHECK(is_transient(ErrorKind::connection_lost));
  CHECK(is_transient(ErrorKind::unreachable));
  CHECK_FALSE(is_transient(ErrorKind::tls));
  CHECK_FALSE(is_transient(ErrorKind::protocol));
  CHECK_FALSE(is_transient(ErrorKind::cancelled));
}

TEST_CASE("backoff doubles to its limit and is spread over a half", "[retry]") {
  CHECK(backoff(1, 0) == milliseconds(125));
  CHECK(backoff(1, 999) > milliseconds(249));
  CHECK(backoff(2, 0) == milliseconds(250));
  CHECK(backoff(6, 0) == seconds(4));
  CHECK(backoff(7, 0) == seconds(5));
  CHECK(backoff(1000, 999) <= seconds(10));
  CHECK(backoff(0, 0) == milliseconds(125));
}

}  // namespace
}  // namespace kencrypt::http
