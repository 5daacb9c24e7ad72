#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <functional>

#include "fakes/command_world.h"

namespace kencrypt {
namespace {

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// One API server, whose plugin has its key changed before anything begins.
struct World : fakes::CommandWorld {
  World() {
    cluster.documents["/apis/coordination.k8s.io/v1/namespaces/kube-system/leases"] = {
        200, R"({"kind":"LeaseList","apiVersion":"coordination.k8s.io/v1","metadata":{},"items":[]})"};
    cluster.documents["/readyz"] = {200, "ok"};
    cluster.fault = [this](const http::Request& request) {
      if (request.target == "/metrics") cluster.documents["/metrics"] = {200, metrics(seconds())};
      return fakes::Fault::none;
    };
  }
  double seconds() const { return std::chrono::duration<double>(clock.wall().time_since_epoch()).count() - began; }
  std::string named(const std::string& key, double at) const {
    return fmt::format("apiserver_envelope_encryption_key_id_hash_status_last_timestamp_seconds{{apiserver_id_hash=\"sha256:aa\","
                       "key_id_hash=\"sha256:{}\",provider_name=\"vault\"}} {}\n",
                       key, began + at);
  }

  double began = std::chrono::duration<double>(clock.wall().time_since_epoch()).count();
  // What the page says, so many seconds after the test began.
  std::function<std::string(double)> samples;
  std::string metrics(double now) const {
    return "# TYPE kubernetes_build_info gauge\nkubernetes_build_info{major=\"1\",minor=\"37\"} 1\n" + samples(now);
  }
};

TEST_CASE("wait --kms ends 3 minutes and the margin after the former key was last used", "[kms_wait]") {
  World world;
  // It asks its plugin every minute, the next time in 40 seconds.
  world.samples = [&world](double now) {
    return now < 40 ? world.named("aaaaaaaaaaaaaaaa", -20) : world.named("aaaaaaaaaaaaaaaa", -20) + world.named("bbbbbbbbbbbbbbbb", 40);
  };
  CHECK(world.run({"wait", "--kms"}) == 0);
  CHECK(world.seconds() >= 220);
  CHECK(world.seconds() < 224);
  CHECK(contains(world.err.str(), "has not asked KMS provider \"vault\" for its key since this began"));
  CHECK(contains(world.err.str(), "may write under the former key sha256:aaaaaaaaaaaa"));
  CHECK(contains(world.out.str(), "The API server writes with key sha256:bbbbbbbbbbbb of KMS provider \"vault\" and no more with a "
                                  "former one (after 3m4"));
}

TEST_CASE("wait --kms: a longer margin, a key that is known, and time that is over", "[kms_wait]") {
  World world;
  world.samples = [&world](double now) {
    return world.named("aaaaaaaaaaaaaaaa", -30) + world.named("bbbbbbbbbbbbbbbb", now);
  };
  CHECK(world.run({"wait", "--kms-provider=vault", "--key-id-hash=bbbbbbbbbbbb", "--timeout=0"}) == 1);
  CHECK(contains(world.err.str(), "timed out waiting for the API servers to go over to a key of KMS provider \"vault\": "));
  CHECK(world.run({"wait", "--kms-provider=vault", "--key-id-hash=bbbbbbbbbbbb", "--kms-margin=0", "-o", "json"}) == 0);
  CHECK(world.seconds() >= 150);
  CHECK(world.seconds() < 154);
  CHECK(contains(world.out.str(), R"("file": null)"));
  CHECK(contains(world.out.str(), R"("keyIdHash": "sha256:bbbbbbbbbbbbbbbb")"));
  CHECK(world.run({"wait", "--kms", "--kms-margin=2m"}) == 0);
  CHECK(world.seconds() >= 270);
  CHECK(world.run({"wait", "--kms-provider=vault", "--former-key-id-hash=sha256:bbbbbbbbbbbb", "--timeout=20s"}) == 1);
  CHECK(contains(world.err.str(), "still uses the former key sha256:bbbbbbbbbbbb"));
}

TEST_CASE("wait --kms: a plugin that is not well keeps it, with the reason", "[kms_wait]") {
  World world;
  world.samples = [&world](double now) { return world.named("aaaaaaaaaaaaaaaa", now); };
  world.cluster.documents["/readyz"] = {500, "[-]kms-providers failed: reason withheld\nreadyz check failed\n"};
  world.cluster.documents["/readyz/kms-providers"] = {500, "internal server error: kmsv2 Provider vault is not healthy\n"};
  CHECK(world.run({"wait", "--kms", "--timeout=10s"}) == 1);
  CHECK(contains(world.err.str(), "is not ready (kms-providers: kmsv2 Provider vault is not healthy)"));
}

TEST_CASE("wait --kms: what is no hash, and a key of nobody knows which provider", "[kms_wait]") {
  World world;
  world.samples = [](double) { return ""; };
  CHECK(world.run({"wait"}) == 1);
  CHECK(contains(world.err.str(), "--config is needed"));
  CHECK(world.run({"wait", "--kms", "--key-id-hash=bbbbbbbbbbbb"}) == 1);
  CHECK(contains(world.err.str(), "say with --kms-provider"));
  for (const char* bad : {"kek-2", "sha256:bbbb", "sha256:BBBBBBBBBBBB"}) {
    CHECK(world.run({"wait", "--kms-provider=v", fmt::format("--former-key-id-hash={}", bad)}) == 1);
    CHECK(contains(world.err.str(), "Invalid former-key-id-hash value"));
  }
  CHECK(world.run({"wait", "--kms", "--kms-margin=-1m"}) == 1);
  CHECK(contains(world.err.str(), "invalid duration"));
}

TEST_CASE("a rewrite in the middle of which the KMS key changes does not end well", "[kms_wait]") {
  World world;
  for (int i = 0; i < 40; ++i) world.cluster.add({"ns", fmt::format("s{:03}", i)}, "canary");
  const std::size_t until = GENERATE(20U, 1000U);
  world.samples = [&world, until](double now) {
    const bool changed = world.cluster.puts >= until;
    return world.named("aaaaaaaaaaaaaaaa", changed ? -10 : now) + (changed ? world.named("bbbbbbbbbbbbbbbb", now) : "");
  };
  const bool changes = until < 40U;
  CHECK(world.run({"rewrite", "--yes"}) == (changes ? 1 : 0));
  CHECK(contains(world.out.str(), "40 rewritten"));
  CHECK(contains(world.err.str(), "the key of KMS provider \"vault\" has changed during the run") == changes);
}

TEST_CASE("a checkpoint of a run under another KMS key is not believed", "[kms_wait]") {
  World world;
  for (int i = 0; i < 400; ++i) world.cluster.add({"ns", fmt::format("s{:03}", i)}, "canary");
  std::string key = "aaaaaaaaaaaaaaaa";
  world.samples = [&](double now) { return world.named(key, now); };
  const auto pages = world.cluster.fault;
  world.cluster.fault = [&](const http::Request& request) {
    pages(request);
    return request.method == http::Method::put && world.cluster.puts > 200 ? fakes::Fault::kms_away : fakes::Fault::none;
  };
  CHECK(world.run({"rewrite", "--yes"}) == 1);
  CHECK(contains(world.err.str(), "does not get on with its KMS plugin"));
  world.cluster.fault = pages;
  SECTION("the same key") {
    CHECK(world.run({"rewrite", "--yes"}) == 0);
    CHECK(contains(world.err.str(), "going on after"));
  }
  SECTION("another") {
    key = "bbbbbbbbbbbbbbbb";
    CHECK(world.run({"rewrite", "--yes"}) == 0);
    CHECK(contains(world.err.str(), "beginning anew"));
  }
  CHECK(world.cluster.stale_objects() == 0);
}

}  // namespace
}  // namespace kencrypt
