#include "kube/api_status.h"

#include <catch2/catch.hpp>
#include <string>

namespace kencrypt::kube {
namespace {

std::string status_body(const std::string& rest) {
  return R"({"kind":"Status","apiVersion":"v1","metadata":{"continue":"next"},"status":"Failure",)" + rest + "}";
}

TEST_CASE("a Status gives reason, message and token", "[api_status]") {
  const auto status = parse_status(
      410, status_body(R"("message":"too old","reason":"Expired","details":{"name":"x","retryAfterSeconds":3,)"
                       R"("causes":[{"reason":"other","message":"inner"}]},"code":410)"));
  CHECK(status.reason == "Expired");
  CHECK(status.message == "too old");
  CHECK(status.continue_token == "next");
  CHECK(to_error(status).kind == ErrorKind::expired);
  CHECK(to_error(status).message == "Error from server (Expired): too old");
}

TEST_CASE("every code has its kind", "[api_status]") {
  struct Row {
    int code;
    ErrorKind kind;
  };
  const auto row = GENERATE(Row{401, ErrorKind::unauthenticated}, Row{403, ErrorKind::forbidden},
                            Row{404, ErrorKind::not_found}, Row{409, ErrorKind::conflict},
                            Row{410, ErrorKind::expired}, Row{429, ErrorKind::throttled},
                            Row{503, ErrorKind::unavailable}, Row{504, ErrorKind::unavailable},
                            Row{500, ErrorKind::server}, Row{422, ErrorKind::server});
  CHECK(to_error(parse_status(row.code, status_body(R"("message":"m","reason":"R")"))).kind ==
        row.kind);
}

TEST_CASE("a body that is no Status is never shown", "[api_status]") {
  const auto* body = GENERATE("", "canary", "<html>canary</html>", R"({"kind":"Secret","message":"canary"})",
                              R"({"kind":"Status","message":"canary")", R"(["canary"])");
  const auto status = parse_status(502, body);
  CHECK(status.reason.empty());
  CHECK(status.message.find("canary") == std::string::npos);
  CHECK(status.message.find("502") != std::string::npos);
}

TEST_CASE("messages are bounded and hold no control characters", "[api_status]") {
  const auto status =
      parse_status(500, status_body(R"("message":"a\u001b[31m\n)" + std::string(5000, 'x') + "\""));
  CHECK(status.message.size() == kMaxMessage);
  CHECK(status.message.starts_with("a [31m x"));
}

TEST_CASE("401 tells what to do", "[api_status]") {
  const auto error = to_error(parse_status(401, status_body(R"("message":"Unauthorized","reason":"Unauthorized")")));
  CHECK(error.message.starts_with("You must be logged in to the server (Unauthorized)"));
}

}  // namespace
}  // namespace kencrypt::kube
