#include "kube/server_version.h"

#include <catch2/catch.hpp>

#include "fakes/fake_clock.h"
#include "fakes/fake_cluster.h"

namespace kencrypt::kube {
namespace {

Result<ServerVersion> ask(int status, std::string body) {
  fakes::FakeClock clock;
  fakes::FakeCluster cluster{clock, 1};
  cluster.documents["/version"] = {status, std::move(body)};
  return ask_server_version(cluster);
}

TEST_CASE("the fields of /version are kept in their order", "[server_version]") {
  const auto version = ask(
      200,
      R"({"major":"1","minor":"37+","gitVersion":"v1.37.2","more":{"x":"y"},"platform":"linux/amd64"})");
  REQUIRE(version);
  CHECK(version->git_version() == "v1.37.2");
  using Fields = std::vector<std::pair<std::string, std::string>>;
  CHECK(version->fields == Fields{{"major", "1"},
                                  {"minor", "37+"},
                                  {"gitVersion", "v1.37.2"},
                                  {"platform", "linux/amd64"}});
}

TEST_CASE("what is no version is an error", "[server_version]") {
  for (const char* body :
       {"", "{}", "[]", "{\"gitVersion\":\"v1", "{\"gitVersion\":{\"a\":\"b\"}}", "<html>"}) {
    CAPTURE(body);
    const auto version = ask(200, body);
    REQUIRE_FALSE(version);
    CHECK(version.error().kind == ErrorKind::protocol);
  }
  CHECK(ask(403, "{}").error().kind == ErrorKind::forbidden);
  CHECK(ask(200, std::string(kMaxVersionBytes + 1, ' ')).error().kind == ErrorKind::too_large);
}

}  // namespace
}  // namespace kencrypt::kube
