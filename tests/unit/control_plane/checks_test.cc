// What the checks conclude, by tables.
#include <catch2/catch.hpp>

#include "base/sha256.h"
#include "control_plane/kms_check.h"
#include "control_plane/migration_check.h"
#include "control_plane/quota_check.h"
#include "control_plane/server_check.h"

namespace kencrypt::control_plane {
namespace {

using std::chrono::seconds;

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

constexpr double kNow = 1'800'000'000;

// `id`: the Lease's name, "" for a page that does not name its server.
SeenServer server(const std::string& id, std::optional<std::string> configuration,
                  unsigned minor = 37) {
  ServerPage page;
  if (!id.empty()) page.id_hash = sha256_label(id);
  page.configuration = std::move(configuration);
  page.minor_release = minor;
  page.now = WallTime{} + seconds(static_cast<long long>(kNow));
  return {.where = id.empty() ? "10.0.0.9:6443" : id + ":6443", .page = page};
}

std::vector<IdentityLease> leases(std::initializer_list<const char*> names) {
  std::vector<IdentityLease> all;
  for (const char* name : names) all.push_back({name, std::string("host-of-") + name, {}, {}});
  return all;
}

std::string refusal(const Finding& finding) {
  const auto* refused = std::get_if<Refused>(&finding);
  return refused == nullptr ? "" : refused->message;
}
std::string unknown(const Finding& finding) {
  const auto* gap = std::get_if<Unknown>(&finding);
  return gap == nullptr ? "" : gap->reason;
}
bool passed(const Finding& finding) { return std::holds_alternative<Passed>(finding); }

TEST_CASE("servers with one configuration pass, and its hash is known", "[control_plane]") {
  const std::vector<SeenServer> seen{server("a", "sha256:1"), server("b", "sha256:1")};
  const auto verdict = compare_servers(leases({"a", "b"}), seen);
  CHECK(passed(verdict.finding));
  CHECK(verdict.configuration == "sha256:1");
}

TEST_CASE("servers with different configurations are refused, each with its own",
          "[control_plane]") {
  const std::vector<SeenServer> seen{server("a", "sha256:111111111111aaaa"),
                                     server("b", "sha256:222222222222bbbb")};
  const auto verdict = compare_servers(leases({"a", "b"}), seen);
  const std::string message = refusal(verdict.finding);
  CHECK(contains(message, "a on host-of-a has sha256:111111111111,"));
  CHECK(contains(message, "b on host-of-b has sha256:222222222222."));
  CHECK(contains(message, "--skip-checks=servers"));
  CHECK_FALSE(verdict.configuration);
}

TEST_CASE("a difference refuses whatever else is unknown", "[control_plane]") {
  const std::vector<SeenServer> seen{server("a", "sha256:1"), server("", std::nullopt)};
  CHECK(contains(refusal(compare_servers(leases({"a", "b"}), seen).finding), "no configuration"));
  CHECK_FALSE(refusal(compare_servers({}, seen).finding).empty());
  // The same server before and after a reload.
  const std::vector<SeenServer> reloaded{server("a", "sha256:1"), server("a", "sha256:2")};
  CHECK_FALSE(refusal(compare_servers(leases({"a"}), reloaded).finding).empty());
}

TEST_CASE("a server that was not seen makes the check unknown", "[control_plane]") {
  const std::vector<SeenServer> seen{server("a", "sha256:1")};
  const auto verdict = compare_servers(leases({"a", "b", "c"}), seen);
  CHECK(unknown(verdict.finding) == "2 of 3 could not be reached, b on host-of-b");
  CHECK_FALSE(verdict.configuration);
  CHECK_FALSE(unknown(compare_servers({}, seen).finding).empty());
  CHECK_FALSE(unknown(compare_servers(leases({"b"}), seen).finding).empty());
  CHECK_FALSE(unknown(compare_servers(leases({"b"}), {}).finding).empty());
}

TEST_CASE("servers that publish nothing can be compared only where there is one",
          "[control_plane]") {
  const SeenServer old = server("", std::nullopt, 33);
  const std::vector<SeenServer> one{old};
  CHECK(passed(compare_servers(leases({"a"}), one).finding));
  SeenServer other = old;
  other.where = "10.0.0.8:6443";
  const std::vector<SeenServer> three{old, old, other};
  CHECK(contains(unknown(compare_servers(leases({"a", "b"}), three).finding), "1.34"));
}

TEST_CASE("no configuration anywhere is one configuration", "[control_plane]") {
  const std::vector<SeenServer> seen{server("", std::nullopt), server("", std::nullopt),
                                     server("", std::nullopt)};
  const auto verdict = compare_servers(leases({"a", "b"}), seen);
  CHECK(passed(verdict.finding));
  CHECK_FALSE(verdict.configuration);
}

TEST_CASE("a page without an ID counts for one server, and the first not twice",
          "[control_plane]") {
  const auto all = leases({"a", "b", "c"});
  const std::vector<SeenServer> first{server("", std::nullopt)};
  CHECK(unseen_servers(all, first).size() == 2);
  const std::vector<SeenServer> again{server("", std::nullopt), server("", std::nullopt)};
  CHECK(unseen_servers(all, again).size() == 2);
  std::vector<SeenServer> own = again;
  own.front().own_address = true;
  CHECK(unseen_servers(all, own).size() == 1);
  const std::vector<SeenServer> mixed{server("a", "x"), server("", std::nullopt)};
  CHECK(unseen_servers(all, mixed).size() == 1);
}

KeySeen key(const std::string& hash, double ago) { return {"vault", hash, kNow - ago}; }

TEST_CASE("a KMS key that changed within the wait rule refuses", "[control_plane]") {
  struct Row {
    std::vector<KeySeen> keys;
    std::string left;  // "" : passes
  };
  const auto row = GENERATE(values<Row>({
      {{}, ""},
      {{key("k1", 20)}, ""},
      {{key("k2", 10), key("k1", 70)}, "2m50s"},
      {{key("k1", 70), key("k2", 10)}, "2m50s"},
      {{key("k1", 239), key("k2", 10)}, "1s"},
      {{key("k1", 240), key("k2", 10)}, ""},
      {{key("k1", 5000), key("k2", 200), key("k3", 1)}, "40s"},
      {{key("k1", -900), key("k2", -1000)}, "4m"},
  }));
  SeenServer one = server("a", "x");
  one.page.keys = row.keys;
  const std::string message = refusal(check_keys(std::span(&one, 1)));
  CAPTURE(message);
  CHECK(message.empty() == row.left.empty());
  if (row.left.empty()) return;
  CHECK(contains(message, "\"vault\""));
  CHECK(contains(message, "run this again in " + row.left + ","));
  CHECK(contains(message, "--skip-checks=kms"));
}

TEST_CASE("servers that see different KMS keys are refused", "[control_plane]") {
  std::vector<SeenServer> seen{server("a", "x"), server("b", "x")};
  seen[0].page.keys = {key("k1", 10)};
  seen[1].page.keys = {key("k2", 10)};
  CHECK(contains(refusal(check_keys(seen)), "different keys"));
  seen[1].page.keys = {key("k1", 40)};
  CHECK(passed(check_keys(seen)));
  seen[1].page.complete = false;
  CHECK_FALSE(unknown(check_keys(seen)).empty());
}

const kube::Resource kDeployments{.group = "apps", .version = "v1", .plural = "deployments"};

ServerPage sized(std::uint64_t database, Stored secrets = {}) {
  ServerPage page;
  page.database_bytes = database;
  page.resources["secrets"] = secrets;
  return page;
}

TEST_CASE("growth is estimated from counts and sizes", "[control_plane]") {
  const Subject secrets{kube::secrets_resource(), std::nullopt};
  CHECK(estimated_growth(secrets, sized(1, {10, 10000})) == 10U * 2400);
  CHECK(estimated_growth(secrets, sized(1, {10, 100000})) == 10U * (10200 + 4096));
  CHECK(estimated_growth(secrets, sized(1, {10, std::nullopt})) == 10U * 2448);
  CHECK(estimated_growth(secrets, sized(1, {0, 0})) == 0U);
  CHECK(estimated_growth(secrets, sized(1)) == std::nullopt);
  CHECK(estimated_growth({kube::secrets_resource(), 3}, sized(1, {10, 10000})) == 3U * 2400);
  CHECK(estimated_growth({kDeployments, 3}, sized(1)) == 3U * 2448);
}

TEST_CASE("etcd's quota refuses only where it can be known", "[control_plane]") {
  constexpr std::uint64_t kGiB = 1U << 30;
  const std::vector<Subject> some{{kube::secrets_resource(), 100'000}};
  const Stored of_1_kib{100'000, 102'400'000};  // 244,800,000 bytes of growth
  CHECK(passed(check_quota(some, sized(kGiB, of_1_kib), std::nullopt)));
  const std::string assumed =
      refusal(check_quota(some, sized(19 * kGiB / 10, of_1_kib), std::nullopt));
  CHECK(contains(assumed, "estimate"));
  CHECK(contains(assumed,
                 "has 1.9 GiB, this run adds up to 233.5 MiB, and its quota is 2.0 GiB unless it "
                 "was changed"));
  CHECK(contains(assumed, "--skip-checks=quota"));
  CHECK(passed(check_quota(some, sized(19 * kGiB / 10, of_1_kib), 8 * kGiB)));
  CHECK(contains(unknown(check_quota(some, sized(3 * kGiB, of_1_kib), std::nullopt)),
                 "--etcd-quota"));
  CHECK_FALSE(contains(refusal(check_quota(some, sized(3 * kGiB, of_1_kib), 2 * kGiB)), "unless"));
  CHECK_FALSE(refusal(check_quota(some, sized(3 * kGiB, of_1_kib), 2 * kGiB)).empty());
  CHECK(passed(check_quota(some, sized(kGiB - 244'800'000, of_1_kib), kGiB)));
  CHECK_FALSE(passed(check_quota(some, sized(kGiB - 244'799'999, of_1_kib), kGiB)));
  ServerPage silent;
  CHECK_FALSE(unknown(check_quota(some, silent, kGiB)).empty());
  const std::vector<Subject> uncounted{{kDeployments, std::nullopt}};
  CHECK_FALSE(unknown(check_quota(uncounted, sized(1), kGiB)).empty());
}

TEST_CASE("an unfinished migration of the same resource refuses", "[control_plane]") {
  const std::vector<Subject> secrets{{kube::secrets_resource(), 1}};
  const auto one = [](const char* resource, std::vector<Condition> conditions) {
    Migration migration;
    migration.name = "m";
    migration.resource = resource;
    migration.conditions = std::move(conditions);
    return std::vector<Migration>{migration};
  };
  CHECK(passed(check_migrations({}, secrets)));
  CHECK(passed(check_migrations(one("deployments.apps", {}), secrets)));
  CHECK(passed(check_migrations(one("secrets", {{"Succeeded", "True", "", ""}}), secrets)));
  CHECK(passed(check_migrations(one("secrets", {{"Failed", "True", "", ""}}), secrets)));
  const auto conditions =
      GENERATE(std::vector<Condition>{}, std::vector<Condition>{{"Running", "True", "", ""}},
               std::vector<Condition>{{"Succeeded", "False", "", ""}});
  const std::string message = refusal(check_migrations(one("secrets", conditions), secrets));
  CHECK(contains(message, "StorageVersionMigration \"m\" of secrets"));
  CHECK(contains(message, "--skip-checks=migration"));
}

}  // namespace
}  // namespace kencrypt::control_plane
