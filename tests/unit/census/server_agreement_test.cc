#include "census/server_agreement.h"

#include <catch2/catch.hpp>

namespace kencrypt::census {
namespace {

using control_plane::IdentityLease;
using control_plane::SeenServer;
using control_plane::Survey;

IdentityLease lease(const std::string& name) {
  IdentityLease made;
  made.name = name;
  made.host = "host-" + name;
  return made;
}

SeenServer seen(const std::string& id, std::optional<std::string> hash) {
  SeenServer server;
  server.where = id + ":6443";
  server.page.id_hash = control_plane::id_hash_of(lease(id));
  server.page.configuration = std::move(hash);
  server.page.minor_release = 37;
  return server;
}

coverage::WriteKey write_key() {
  return {encryption::StoredUnder{encryption::Provider::aescbc, "key1"}, "Because."};
}

coverage::WriteKey qualified(coverage::WriteKey key, const Survey& survey) {
  return qualify(std::move(key), compare(survey, std::nullopt), survey);
}

TEST_CASE("servers: all run one configuration") {
  const Survey survey{{seen("a", "sha256:1"), seen("b", "sha256:1")}, {lease("a"), lease("b")}, {}};
  const ServerAgreement agreement = compare(survey, "sha256:1");
  CHECK(agreement.agreed());
  CHECK(agreement.summary == "2, all run configuration sha256:1 (the given file)");
  CHECK(compare(survey, "sha256:2").summary ==
        "2, all run configuration sha256:1 (not the given file)");
  REQUIRE(agreement.servers.size() == 2);
  CHECK(agreement.servers[1].id == "b");
  CHECK(agreement.servers[1].host == "host-b");
  CHECK(agreement.servers[1].address == "b:6443");
  const auto key = qualified(write_key(), survey);
  CHECK(key.under == write_key().under);
  CHECK(key.basis == "Because. All 2 API servers run the same configuration.");
}

TEST_CASE("servers: where they differ there is no write key") {
  const Survey survey{{seen("a", "sha256:1"), seen("b", "sha256:2")}, {lease("a"), lease("b")}, {}};
  const ServerAgreement agreement = compare(survey, std::nullopt);
  CHECK(agreement.differ);
  CHECK_FALSE(agreement.agreed());
  CHECK(agreement.summary.find("host-a sha256:1, host-b sha256:2") != std::string::npos);
  CHECK_FALSE(qualified(write_key(), survey).under.has_value());
}

TEST_CASE("servers: one that was not seen is named and doubted") {
  const Survey survey{{seen("a", "sha256:1")}, {lease("a"), lease("b")}, {}};
  const ServerAgreement agreement = compare(survey, std::nullopt);
  CHECK_FALSE(agreement.agreed());
  REQUIRE(agreement.servers.size() == 2);
  CHECK(agreement.servers[1].id == "b");
  CHECK_FALSE(agreement.servers[1].seen);
  CHECK(agreement.summary.find("of which those seen run configuration sha256:1") !=
        std::string::npos);
  const auto key = qualified(write_key(), survey);
  CHECK(key.under == write_key().under);
  CHECK(key.basis.find("1 of 2 could not be reached") != std::string::npos);
}

TEST_CASE("servers: without the right to Leases it is not known how many there are") {
  Survey survey{{seen("a", "sha256:1")}, {}, Error{ErrorKind::forbidden, "leases are forbidden"}};
  const ServerAgreement agreement = compare(survey, std::nullopt);
  CHECK_FALSE(agreement.agreed());
  CHECK(agreement.summary.find("leases are forbidden") != std::string::npos);
}

TEST_CASE("servers: a key ID counts only if all name it") {
  coverage::WriteKey key{
      encryption::StoredUnder{encryption::Provider::kms_v2, "vault", "sha256:new"}, "Because."};
  Survey survey{{seen("a", "sha256:1"), seen("b", "sha256:1")}, {lease("a"), lease("b")}, {}};
  survey.seen[0].page.keys = {{"vault", "sha256:old", 1}, {"vault", "sha256:new", 2}};
  SECTION("both") {
    survey.seen[1].page.keys = {{"vault", "sha256:new", 2}, {"other", "sha256:x", 9}};
    CHECK(qualified(key, survey).under->key_id_hash == "sha256:new");
  }
  SECTION("one has not noticed it") {
    survey.seen[1].page.keys = {{"vault", "sha256:old", 3}};
    const auto qualified_key = qualified(key, survey);
    CHECK(qualified_key.under->key_id_hash.empty());
    CHECK(qualified_key.basis.find("same key ID") != std::string::npos);
  }
  SECTION("one names two at once") {
    survey.seen[1].page.keys = {{"vault", "sha256:old", 3}, {"vault", "sha256:new", 3}};
    CHECK(qualified(key, survey).under->key_id_hash.empty());
  }
}

}  // namespace
}  // namespace kencrypt::census
