#include "control_plane/readiness.h"

#include <catch2/catch.hpp>

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

}  // namespace
}  // namespace kencrypt::control_plane
