#include "control_plane/readiness.h"

#include <catch2/catch.hpp>

#include "fakes/scripted_transport.h"

namespace kencrypt::control_plane {
namespace {

TEST_CASE("readiness: what /readyz says") {
  CHECK(parse_readiness(200, "ok").ready);
  // As a 1.37 server writes it.
  const auto failed = parse_readiness(500,
                                      "[+]ping ok\n[+]log ok\n[-]etcd failed: reason withheld\n"
                                      "[-]kms-provider-0 failed: reason withheld\n[+]shutdown ok\n"
                                      "readyz check failed\n");
  CHECK_FALSE(failed.ready);
  CHECK(failed.failing == std::vector<std::string>{"etcd", "kms-provider-0"});
  CHECK_FALSE(parse_readiness(503, "").ready);
}

TEST_CASE("readiness: names are bounded in number") {
  std::string body;
  for (int i = 0; i < 1000; ++i) body += "[-]x failed\n";
  CHECK(parse_readiness(500, body).failing.size() == kMaxFailing);
}

TEST_CASE("readiness: a check of KMS plugins is asked for its reason, and no other") {
  fakes::ScriptedTransport server;
  server.reply({.status = 500,
                .body = "[-]etcd failed: reason withheld\n[-]kms-providers failed: reason withheld\n[-]kms-provider/../x failed\nreadyz",
                .headers = {},
                .error = {}});
  server.reply({.status = 500, .body = "internal server error: kmsv2 Provider vault is not healthy\n", .headers = {}, .error = {}});
  const auto found = read_readiness(server);
  REQUIRE(found);
  CHECK(found->failing.size() == 3);
  CHECK(found->reasons == std::map<std::string, std::string>{{"kms-providers", "kmsv2 Provider vault is not healthy"}});
  REQUIRE(server.requests().size() == 2);
  CHECK(server.requests()[1].target == "/readyz/kms-providers");
}

TEST_CASE("readiness: a reason is bounded, and what is none is left out") {
  CHECK(parse_check_reason(500, "internal server error: " + std::string(10'000, 'x')).size() == kMaxReason);
  CHECK(parse_check_reason(403, R"({"kind":"Status"})").empty());
  CHECK(parse_check_reason(500, R"({"kind":"Status"})").empty());
}

}  // namespace
}  // namespace kencrypt::control_plane
