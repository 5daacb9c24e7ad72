#include "commands/convergence.h"

#include <catch2/catch.hpp>

#include <span>

namespace kencrypt::commands {
namespace {

const std::string kWanted = "sha256:aaaaaaaaaaaaaaaaaaaa";
const std::string kOther = "sha256:bbbbbbbbbbbbbbbbbbbb";

census::ServerRow runs(const std::string& configuration, const std::string& address) {
  return {.id = "apiserver-" + address, .host = "cp", .address = address,
          .configuration = configuration, .seen = true, .publishes = true};
}

census::ServerAgreement of(std::vector<census::ServerRow> rows, std::optional<std::string> doubt = {}) {
  census::ServerAgreement agreement;
  agreement.servers = std::move(rows);
  agreement.doubt = std::move(doubt);
  return agreement;
}

ReadinessByAddress all_ready() {
  return {{"a", control_plane::Readiness{true, {}}}, {"b", control_plane::Readiness{true, {}}}};
}

Convergence measured(const census::ServerAgreement& agreement, const ReadinessByAddress& ready,
                     const std::optional<std::string>& hash, std::span<const control_plane::KeyStanding> keys = {}) {
  return judge(agreement, ready, {.hash = hash, .keys = {keys.begin(), keys.end()}});
}

TEST_CASE("convergence: proven only if every server runs the file, is ready, and nothing is in doubt") {
  CHECK(measured(of({runs(kWanted, "a"), runs(kWanted, "b")}), all_ready(), kWanted).proven());
  CHECK_FALSE(measured(of({}), all_ready(), kWanted).proven());
  CHECK_FALSE(measured(of({runs(kWanted, "a")}, "1 of 2 could not be reached"), all_ready(), kWanted).proven());
  CHECK_FALSE(measured(of({runs(kWanted, "a"), runs(kOther, "b")}), all_ready(), kWanted).proven());
  CHECK_FALSE(measured(of({runs(kWanted, "a"), runs(kWanted, "c")}), all_ready(), kWanted).proven());
}

TEST_CASE("convergence: each server says what keeps it") {
  auto ready = all_ready();
  ready.insert_or_assign("b", control_plane::Readiness{false, {"etcd", "kms-provider-0"}});
  ready.emplace("d", fail(ErrorKind::forbidden, "not you"));
  census::ServerRow away{.id = "apiserver-e", .host = "", .address = "", .configuration = {}};
  census::ServerRow none{.id = "", .host = "", .address = "f", .configuration = {}, .seen = true, .publishes = true};
  census::ServerRow silent{.id = "", .host = "", .address = "g", .configuration = {}, .seen = true};
  const auto found = measured(of({runs(kOther, "a"), runs(kWanted, "b"), runs(kWanted, "c"), runs(kWanted, "d"),
                               away, none, silent}),
                           ready, kWanted);
  REQUIRE(found.servers.size() == 7);
  CHECK(found.converged() == 0);
  CHECK(found.servers[0].reason == "runs another configuration, sha256:bbbbbbbbbbbb");
  CHECK(found.servers[0].name == "apiserver-a on cp");
  CHECK(found.servers[1].reason == "is not ready (etcd, kms-provider-0)");
  CHECK(found.servers[2].reason == "was not asked whether it is ready");
  CHECK(found.servers[3].reason == "could not be asked whether it is ready (not you)");
  CHECK(found.servers[4].reason == "was not reached");
  CHECK(found.servers[4].name == "apiserver-e");
  CHECK(found.servers[5].reason == "runs without an encryption configuration");
  CHECK(found.servers[6].reason == "does not publish what it runs (servers from 1.34 on do)");
  CHECK(found.servers[6].name == "g");
  CHECK_FALSE(found.ends_in_doubt());
}

TEST_CASE("convergence: one that was there and took its Lease away is waited for") {
  auto agreement = of({runs(kWanted, "a")});
  agreement.leases = {{"apiserver-a", "cp"}};
  const KnownServers before = {{"apiserver-a", "cp"}, {"apiserver-b", "cp-2"}};
  const auto found = judge(agreement, all_ready(), {.hash = kWanted, .before = before});
  CHECK_FALSE(found.proven());
  CHECK_FALSE(found.ends_in_doubt());
  REQUIRE(found.servers.size() == 2);
  CHECK(found.servers[1].name == "apiserver-b on cp-2");
  CHECK(found.servers[1].reason == "is away");
  agreement.servers.push_back(runs(kWanted, "b"));
  agreement.leases.emplace("apiserver-b", "cp-2");
  CHECK(judge(agreement, all_ready(), {.hash = kWanted, .before = before}).proven());
}

TEST_CASE("convergence: ends in doubt when only what never becomes known is left") {
  census::ServerRow silent{.id = "", .host = "", .address = "g", .configuration = {}, .seen = true};
  CHECK(measured(of({runs(kWanted, "a"), silent}, "they do not publish it"), all_ready(), kWanted).ends_in_doubt());
  CHECK(measured(of({runs(kWanted, "a")}, "how many there are is not known"), all_ready(), kWanted).ends_in_doubt());
  CHECK_FALSE(measured(of({runs(kOther, "a"), silent}), all_ready(), kWanted).ends_in_doubt());
  CHECK_FALSE(measured(of({runs(kWanted, "a")}), all_ready(), kWanted).ends_in_doubt());
  CHECK_FALSE(measured(of({}), all_ready(), kWanted).ends_in_doubt());
}

TEST_CASE("convergence: a KMS key is one more thing that has to hold") {
  using control_plane::KeyStanding;
  const std::vector<KeyStanding> good{{.keys = {{"vault", "sha256:new"}}}, {.keys = {{"vault", "sha256:new"}}}};
  const auto rows = of({runs(kWanted, "a"), runs(kOther, "b")});
  CHECK(measured(rows, all_ready(), std::nullopt, good).proven());
  CHECK_FALSE(measured(rows, all_ready(), kWanted, good).proven());
  CHECK(measured(rows, all_ready(), std::nullopt, good).servers[1].keys.size() == 1);
  std::vector<KeyStanding> late = good;
  late[1].reason = "still uses the former key";
  const auto found = measured(rows, all_ready(), std::nullopt, late);
  CHECK(found.servers[1].reason == "still uses the former key");
  CHECK_FALSE(found.proven());
  CHECK_FALSE(found.ends_in_doubt());
  late[1].unknowable = true;
  CHECK(measured(rows, all_ready(), std::nullopt, late).ends_in_doubt());
  CHECK(measured(rows, all_ready(), kWanted, late).servers[1].reason == "runs another configuration, sha256:bbbbbbbbbbbb");
  census::ServerRow away{.id = "apiserver-e", .host = "", .address = "", .configuration = {}};
  CHECK(measured(of({runs(kWanted, "a"), away}), all_ready(), std::nullopt, std::span(good).first(1)).servers[1].reason == "was not reached");
}

TEST_CASE("convergence: a server that does not publish its file is waited for as long as its key changes") {
  census::ServerRow silent{.id = "", .host = "", .address = "a", .configuration = {}, .seen = true};
  std::vector<control_plane::KeyStanding> keys{{.keys = {}, .reason = "may write under the former key"}};
  CHECK_FALSE(measured(of({silent}), all_ready(), kWanted, keys).ends_in_doubt());
  keys[0].reason.clear();
  CHECK(measured(of({silent}), all_ready(), kWanted, keys).ends_in_doubt());
  CHECK(measured(of({silent}), all_ready(), std::nullopt, keys).proven());
}

TEST_CASE("convergence: what a KMS check says is told, and cannot steer a terminal") {
  control_plane::Readiness sick{false, {"etcd", "kms-providers"}};
  sick.reasons["kms-providers"] = "the KMS is \x1b[2Jout of reach";
  const auto found = measured(of({runs(kWanted, "a")}), {{"a", sick}}, kWanted);
  CHECK(found.servers[0].reason == "is not ready (etcd, kms-providers: the KMS is ^[[2Jout of reach)");
}

}  // namespace
}  // namespace kencrypt::commands
