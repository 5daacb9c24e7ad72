#include "doctor/api_servers.h"

#include <catch2/catch.hpp>

#include "unit/doctor/findings.h"

using namespace kencrypt;
using control_plane::SeenServer;
using control_plane::ServerPage;
using control_plane::Survey;

namespace {

const doctor::GivenFile kFile{"enc.yaml", "sha256:aaaa"};
const WallTime kNow{std::chrono::seconds(1'800'000'000)};
constexpr double kNowSeconds = 1'800'000'000;

ServerPage page(std::optional<std::string> configuration = "sha256:aaaa", unsigned minor = 37) {
  ServerPage page;
  page.configuration = std::move(configuration);
  page.minor_release = minor;
  page.now = kNow;
  page.resources["secrets"] = {.objects = 10, .bytes = 10U * 1024};
  page.database_bytes = std::uint64_t{1} << 20;
  return page;
}

Survey of(std::vector<ServerPage> pages) {
  Survey survey;
  int port = 1;
  for (ServerPage& page : pages) {
    const std::string name = fmt::format("apiserver-{}", port);
    control_plane::IdentityLease lease{.name = name, .host = fmt::format("cp-{}", port), .renewed = {}};
    page.id_hash = control_plane::id_hash_of(lease);
    survey.leases.push_back(std::move(lease));
    survey.seen.push_back({fmt::format("10.0.0.1:{}", port++), std::move(page)});
  }
  return survey;
}

std::string judged(const Survey& survey, const std::optional<doctor::GivenFile>& file = kFile) {
  doctor::Diagnosis diagnosis;
  doctor::check_servers(survey, file, diagnosis);
  return fakes::found(diagnosis);
}

std::string ready(control_plane::Readiness readiness) {
  doctor::Diagnosis diagnosis;
  doctor::ReadinessByAddress servers;
  servers.emplace("10.0.0.1:6443", std::move(readiness));
  doctor::check_readiness(servers, diagnosis);
  return fakes::found(diagnosis);
}

}  // namespace

TEST_CASE("servers: all run the file", "[doctor]") {
  CHECK(judged(of({page(), page()})).empty());
  CHECK(judged(of({page()}), std::nullopt).empty());
}

TEST_CASE("servers: which configuration they run", "[doctor]") {
  CHECK(judged(of({page(), page("sha256:bbbb")})) == "error servers-differ, error file-not-loaded");
  CHECK(judged(of({page("sha256:bbbb"), page("sha256:bbbb")})) == "error file-not-loaded, error file-not-loaded");
  CHECK(judged(of({page("sha256:bbbb")}), std::nullopt).empty());
  CHECK(judged(of({page(std::nullopt)})) == "error flag-missing");
  CHECK(judged(of({page(std::nullopt, 33)})) == "unknown file-not-loaded");
  CHECK(judged(of({page(std::nullopt, 33)}), std::nullopt).empty());
}

TEST_CASE("servers: those that were not seen", "[doctor]") {
  Survey survey = of({page(), page()});
  survey.seen.pop_back();
  CHECK(judged(survey) == "unknown servers-differ");
  Survey blind = of({page()});
  blind.leases.clear();
  blind.leases_error = Error{ErrorKind::forbidden, "no"};
  doctor::Diagnosis diagnosis;
  doctor::check_servers(blind, kFile, diagnosis);
  REQUIRE(fakes::found(diagnosis) == "unknown servers-differ");
  CHECK(diagnosis.findings().front().right == "list leases in kube-system");
}

TEST_CASE("servers: a reload that fails", "[doctor]") {
  const auto with = [](double failure, double success) {
    ServerPage one = page();
    one.last_reload_failure = failure;
    one.last_reload_success = success;
    return judged(of({one}));
  };
  CHECK(with(kNowSeconds - 20, 0) == "error reload-failing");
  CHECK(with(kNowSeconds - 20, kNowSeconds - 500) == "error reload-failing");
  CHECK(with(kNowSeconds - 20, kNowSeconds - 10).empty());
  CHECK(with(kNowSeconds - 181, 0).empty());
  CHECK(with(0, 0).empty());
}

TEST_CASE("servers: keys of KMS plugins", "[doctor]") {
  ServerPage one = page(), two = page();
  one.keys = {{"vault", "sha256:k1", 10}, {"vault", "sha256:k2", 20}};
  two.keys = {{"vault", "sha256:k2", 15}};
  CHECK(judged(of({one, two})).empty());
  two.keys = {{"vault", "sha256:k1", 15}};
  CHECK(judged(of({one, two})) == "warning kms-keys-differ");
  two.keys = {{"other", "sha256:k1", 15}};
  CHECK(judged(of({one, two})).empty());
}

TEST_CASE("servers: room in etcd", "[doctor]") {
  ServerPage one = page();
  one.resources["secrets"] = {.objects = 1000, .bytes = 1000U * 4096};
  one.database_bytes = std::uint64_t{1} << 30;
  CHECK(judged(of({one})).empty());
  one.database_bytes = (std::uint64_t{2} << 30) - 1;
  CHECK(judged(of({one})) == "warning etcd-quota");
  one.database_bytes = std::uint64_t{3} << 30;  // it has another quota
  CHECK(judged(of({one})) == "unknown etcd-quota");
  one.database_bytes.reset();
  CHECK(judged(of({one})) == "unknown etcd-quota");
}

TEST_CASE("servers: readiness", "[doctor]") {
  CHECK(ready({.ready = true, .failing = {}}).empty());
  CHECK(ready({.ready = false, .failing = {"kms-provider-0"}}) == "error kms-unhealthy");
  CHECK(ready({.ready = false, .failing = {"kms-providers", "etcd"}}) == "error server-not-ready, error kms-unhealthy");
  CHECK(ready({.ready = false, .failing = {}}) == "error server-not-ready");
  doctor::Diagnosis diagnosis;
  doctor::ReadinessByAddress servers;
  servers.emplace("a", Result<control_plane::Readiness>(fail(ErrorKind::forbidden, "no")));
  doctor::check_readiness(servers, diagnosis);
  CHECK(fakes::found(diagnosis) == "unknown server-not-ready");
}

TEST_CASE("servers: whether any runs the file", "[doctor]") {
  CHECK(doctor::runs(of({page("sha256:bbbb"), page()}), kFile));
  CHECK_FALSE(doctor::runs(of({page("sha256:bbbb")}), kFile));
}
