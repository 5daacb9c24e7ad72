#include "control_plane/key_change.h"

#include <catch2/catch.hpp>

namespace kencrypt::control_plane {
namespace {

constexpr double kNow = 1'800'000'000;

WallTime at(double seconds) {
  return WallTime(std::chrono::duration_cast<WallTime::duration>(std::chrono::duration<double>(seconds)));
}

KeySeen key(const std::string& hash, double ago, const std::string& provider = "vault") {
  return {provider, "sha256:" + hash, kNow - ago};
}

SeenServer server(std::vector<KeySeen> named, std::vector<KeySeen> written = {}) {
  SeenServer server{.where = "a", .page = {}};
  server.page.keys = std::move(named);
  server.page.keys_written = std::move(written);
  server.page.minor_release = 37;
  server.page.now = at(kNow);
  return server;
}

// Reasons, when waiting began so many seconds ago.
std::vector<std::string> reasons(const std::vector<SeenServer>& seen, const KeyDemand& demand = {}, double began = 30) {
  const std::vector<WallTime> since(seen.size(), at(kNow - began));
  std::vector<std::string> reasons;
  for (const KeyStanding& standing : judge_keys(seen, since, demand)) reasons.push_back(standing.reason);
  return reasons;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST_CASE("a server has gone over once it has asked since, and the former key cannot write any more", "[kms_wait]") {
  const auto reason_of = [](std::vector<KeySeen> named, const KeyDemand& demand = {}) {
    return reasons({server(std::move(named))}, demand).front();
  };
  CHECK(reason_of({key("new", 10)}).empty());
  CHECK(reason_of({key("new", 10), key("old", 240)}).empty());
  CHECK(has(reason_of({key("new", 10), key("old", 239)}), "may write under the former key sha256:old of KMS provider \"vault\" until "));
  CHECK(reason_of({key("new", 10), key("old", 200), key("older", 5000)}, {.margin = std::chrono::seconds(20)}).empty());
  CHECK_FALSE(reason_of({key("new", 10), key("old", 179)}, {.margin = {}}).empty());
  CHECK(reason_of({key("new", 10), key("old", 180)}, {.margin = {}}).empty());
  CHECK(has(reason_of({key("new", 29.1)}), "has not asked KMS provider \"vault\" for its key since this began"));
  CHECK(reason_of({key("new", 28.9)}).empty());
  CHECK(has(reason_of({key("new", 10), key("old", 10)}), "two keys"));
  CHECK(has(reason_of({}), "names no key of a KMS v2 provider"));
  CHECK(has(reason_of({}, {.provider = "vault"}), "names no key of KMS provider \"vault\""));
}

TEST_CASE("a write under the former key counts as well as its being named", "[kms_wait]") {
  CHECK(has(reasons({server({key("new", 10), key("old", 300)}, {key("old", 100)})}).front(), "may write under the former key sha256:old"));
  CHECK(reasons({server({key("new", 10), key("old", 300)}, {key("new", 5), key("old", 250)})}).front().empty());
  CHECK(reasons({server({key("new", 10)}, {key("other", 5, "cloud")})}).front().empty());
}

TEST_CASE("a known key needs no asking anew", "[kms_wait]") {
  const SeenServer one = server({key("0123456789ab7", 50), key("ffff", 300)});
  CHECK(reasons({one}, {.provider = "vault", .wanted = "sha256:0123456789ab"}).front().empty());
  CHECK(reasons({one}, {.provider = "vault", .former = "sha256:ffff"}).front().empty());
  CHECK(has(reasons({one}, {.provider = "vault", .wanted = "sha256:ffff"}).front(),
            "uses key sha256:0123456789ab of KMS provider \"vault\", not sha256:ffff"));
  CHECK(has(reasons({one}, {.provider = "vault", .former = "sha256:0123456789ab"}).front(), "still uses the former key sha256:0123456789ab"));
}

TEST_CASE("the server that stays behind is the one that is named", "[kms_wait]") {
  const SeenServer ahead = server({key("new", 10), key("old", 300)});
  const auto found = reasons({ahead, server({key("old", 10)})});
  CHECK(found[0].empty());
  CHECK(has(found[1], "still uses the former key sha256:old"));
  // After a restart nothing says which of them is the former one.
  for (const std::string& reason : reasons({server({key("new", 10)}), server({key("old", 10)})}))
    CHECK(has(reason, "and other API servers another one"));
  // A key to which the plugin has returned is no former one.
  const SeenServer back = server({key("old", 10), key("new", 300)});
  CHECK(reasons({back, back}) == std::vector<std::string>{"", ""});
}

TEST_CASE("each provider that is asked counts, and none that is gone from the configuration", "[kms_wait]") {
  const SeenServer both = server({key("a", 10), key("b", 10, "cloud"), key("c", 70, "cloud")});
  CHECK(has(reasons({both}).front(), "sha256:c of KMS provider \"cloud\""));
  CHECK(reasons({both}, {.provider = "vault"}).front().empty());
  CHECK(has(reasons({both, server({key("a", 10)})})[1], "names no key of KMS provider \"cloud\""));
  CHECK(reasons({server({key("a", 10), key("b", 601, "cloud")})}).front().empty());
  CHECK_FALSE(reasons({server({key("a", 10), key("b", 599, "cloud")})}).front().empty());
  CHECK_FALSE(reasons({server({key("a", 601)})}).front().empty());
}

TEST_CASE("what a server never tells is unknown, and no reason to wait", "[kms_wait]") {
  SeenServer old = server({});
  old.page.minor_release = 29;
  SeenServer relabelled = server({key("a", 10)});
  relabelled.page.complete = false;
  const std::vector<SeenServer> seen{old, relabelled, server({})};
  const std::vector<WallTime> since(3, at(kNow - 30));
  const auto found = judge_keys(seen, since, {});
  CHECK(found[0].unknowable);
  CHECK(has(found[0].reason, "servers from 1.30 on do"));
  CHECK(found[1].unknowable);
  CHECK_FALSE(found[2].unknowable);
}

}  // namespace
}  // namespace kencrypt::control_plane
