// The readers of what servers say: metrics, Leases, EndpointSlices, migrations, dates.
#include <catch2/catch.hpp>

#include "base/rfc3339.h"
#include "base/sha256.h"
#include "control_plane/check.h"
#include "control_plane/http_date.h"
#include "control_plane/identity_lease.h"
#include "control_plane/migration.h"
#include "control_plane/server_address.h"
#include "control_plane/server_page.h"
#include "documents.h"
#include "fakes/fake_clock.h"
#include "fakes/scripted_transport.h"

namespace kencrypt::control_plane {
namespace {

Result<ServerPage> read_page(const std::string& samples) {
  fakes::ScriptedTransport transport;
  transport.reply({.status = 200,
                   .body = documents::page(samples),
                   .headers = {{"date", "Wed, 25 Nov 2026 03:00:00 GMT"}},
                   .error = {}});
  return read_server_page(transport, fakes::FakeClock());
}

TEST_CASE("a metrics page gives what the checks need", "[control_plane]") {
  const auto page =
      read_page(documents::kBuild +
                "apiserver_encryption_config_controller_last_config_info{apiserver_id_hash="
                "\"sha256:aa\",hash=\"sha256:bb\"} 1\n"
                "apiserver_envelope_encryption_key_id_hash_status_last_timestamp_seconds{apiserver_"
                "id_hash=\"sha256:aa\","
                "key_id_hash=\"sha256:k1\",provider_name=\"vault\"} 1.7957341e+09\n"
                "apiserver_envelope_encryption_key_id_hash_last_timestamp_seconds{apiserver_id_hash=\"sha256:aa\",key_id_hash="
                "\"sha256:k0\",provider_name=\"vault\",transformation_type=\"to_storage\"} 1.7957340e+09\n"
                "apiserver_envelope_encryption_key_id_hash_last_timestamp_seconds{apiserver_id_hash=\"sha256:aa\",key_id_hash="
                "\"sha256:k9\",provider_name=\"vault\",transformation_type=\"from_storage\"} 1.7957341e+09\n"
                "apiserver_storage_size_bytes{storage_cluster_id=\"etcd-0\"} 1.048576e+06\n"
                "apiserver_storage_size_bytes{storage_cluster_id=\"etcd-1\"} 4096\n"
                "apiserver_resource_objects{group=\"\",resource=\"secrets\"} 12\n"
                "apiserver_storage_objects{resource=\"deployments.apps\"} 3\n"
                "apiserver_resource_objects{group=\"apps\",resource=\"deployments\"} 3\n"
                "apiserver_resource_size_estimate_bytes{group=\"\",resource=\"secrets\"} 24000\n"
                "apiserver_resource_objects{group=\"\",resource=\"pods\"} -1\n");
  REQUIRE(page);
  CHECK(page->id_hash == "sha256:aa");
  CHECK(page->configuration == "sha256:bb");
  CHECK(page->publishes_configuration());
  REQUIRE(page->keys.size() == 1);
  CHECK(page->keys[0].provider == "vault");
  CHECK(page->keys[0].key_hash == "sha256:k1");
  CHECK(page->keys[0].last == 1795734100.0);
  REQUIRE(page->keys_written.size() == 1);
  CHECK(page->keys_written[0].key_hash == "sha256:k0");
  CHECK(page->keys_written[0].last == 1795734000.0);
  CHECK(page->database_bytes == 1048576U);
  CHECK(page->resources.at("secrets").objects == 12U);
  CHECK(page->resources.at("secrets").bytes == 24000U);
  CHECK(page->resources.at("deployments.apps").objects == 3U);
  CHECK_FALSE(page->resources.contains("pods"));
  CHECK(page->now == parse_rfc3339("2026-11-25T03:00:00Z"));
}

TEST_CASE("a page without a configuration says so only from 1.34 on, and with all metrics",
          "[control_plane]") {
  CHECK(read_page(documents::kBuild)->publishes_configuration());
  CHECK_FALSE(read_page("")->publishes_configuration());
  CHECK_FALSE(
      read_page("kubernetes_build_info{major=\"1\",minor=\"33+\"} 1\n")->publishes_configuration());
  CHECK_FALSE(
      read_page(documents::kBuild + "disabled_metrics_total 1\n")->publishes_configuration());
  const auto hidden =
      read_page(documents::kBuild +
                "apiserver_encryption_config_controller_last_config_info{hash=\"unexpected\"} 1\n");
  CHECK_FALSE(hidden->publishes_configuration());
  CHECK_FALSE(hidden->configuration);
}

TEST_CASE("two configurations on one page are an error", "[control_plane]") {
  const std::string name = "apiserver_encryption_config_controller_last_config_info";
  CHECK_FALSE(read_page(name + "{hash=\"sha256:a\"} 1\n" + name + "{hash=\"sha256:b\"} 1\n"));
}

TEST_CASE("Leases are read, and those that ran out are dropped", "[control_plane]") {
  const auto leases = parse_leases(documents::lease_list(
      documents::lease("apiserver-a", "node1", "2026-11-25T02:59:55.123456Z") + "," +
      documents::lease("apiserver-b", "node2", "2026-11-25T01:59:59.000000Z") + "," +
      documents::lease("apiserver-c", "node3", "soon")));
  REQUIRE(leases);
  REQUIRE(leases->size() == 3);
  CHECK((*leases)[0].host == "node1");
  CHECK((*leases)[0].valid == std::chrono::hours(1));
  CHECK(id_hash_of((*leases)[0]) == sha256_label("apiserver-a"));
  const auto live = live_leases(*leases, *parse_rfc3339("2026-11-25T03:00:00Z"));
  REQUIRE(live.size() == 2);
  CHECK(live[0].name == "apiserver-a");
  CHECK(live[1].name == "apiserver-c");
}

TEST_CASE("what is no list of Leases is refused", "[control_plane]") {
  const auto text =
      GENERATE(as<std::string>(), "", "{}", "<html>", R"({"kind":"SecretList","items":[]})",
               R"({"kind":"LeaseList","items":[)");
  CHECK_FALSE(parse_leases(text));
  CHECK_FALSE(parse_addresses(text));
  CHECK_FALSE(parse_migrations(text));
}

TEST_CASE("the number of Leases is bounded", "[control_plane]") {
  std::string items = documents::lease("x", "", "");
  for (std::size_t i = 1; i < kMaxServers; ++i) items += "," + documents::lease("x", "", "");
  CHECK(parse_leases(documents::lease_list(items)));
  CHECK_FALSE(parse_leases(documents::lease_list(items + "," + documents::lease("x", "", ""))));
}

TEST_CASE("addresses come with the https port of their slice", "[control_plane]") {
  const auto addresses = parse_addresses(documents::kSlices);
  REQUIRE(addresses);
  CHECK(*addresses ==
        std::vector<ServerAddress>{{"10.0.0.1", 6443}, {"10.0.0.2", 6443}, {"fd00::1", 6443}});
}

TEST_CASE("a server at its own address is trusted under the kubeconfig's name", "[control_plane]") {
  http::Endpoint endpoint{.scheme = "https",
                          .host = "api.example",
                          .port = 443,
                          .base_path = "/prefix",
                          .tls_server_name = "",
                          .trust = http::Trust::given_roots,
                          .roots = "PEM",
                          .proxy = ""};
  const http::Endpoint direct = at_address(endpoint, {"10.0.0.1", 6443});
  CHECK(http::display_url(direct) == "https://10.0.0.1:6443");
  CHECK(direct.tls_server_name == "api.example");
  CHECK(direct.roots == "PEM");
  CHECK(may_ask_directly(endpoint));
  http::Endpoint v6 = endpoint;
  v6.host = "fd00::1";
  CHECK(at_address(v6, {"fd00::2", 6443}).tls_server_name == "[fd00::1]");  // it stands in a URL
  endpoint.tls_server_name = "other.example";
  CHECK(at_address(endpoint, {"10.0.0.1", 6443}).tls_server_name == "other.example");
  endpoint.trust = http::Trust::nobody_checks;
  CHECK_FALSE(may_ask_directly(endpoint));
  endpoint.trust = http::Trust::given_roots;
  endpoint.scheme = "http";
  CHECK_FALSE(may_ask_directly(endpoint));
}

TEST_CASE("migrations are read in every version", "[control_plane]") {
  const auto migrations = parse_migrations(documents::migration_list(
      documents::migration("m1", "", "secrets",
                           documents::condition("Running", "True", "The migration is running"),
                           R"(,"labels":{"app.kubernetes.io/managed-by":"kubectl-encrypt"},)"
                           R"("annotations":{"kubectl-encrypt/configuration":"sha256:bb"})") +
      "," +
      documents::migration("m2", "apps", "deployments",
                           documents::condition("Running", "False", "Migration completed") + "," +
                               documents::condition("Succeeded", "True", "Migration\\ncompleted")) +
      R"(,{"metadata":{"name":"m3"},)"
      R"("spec":{"resource":{"group":"apps","version":"v1","resource":"daemonsets"}}})"));
  REQUIRE(migrations);
  REQUIRE(migrations->size() == 3);
  const Migration& first = (*migrations)[0];
  CHECK(first.resource == "secrets");
  CHECK(first.managed_by == "kubectl-encrypt");
  CHECK(first.configuration == "sha256:bb");
  CHECK_FALSE(first.finished());
  CHECK(first.condition("Running")->message == "The migration is running");
  CHECK((*migrations)[1].resource == "deployments.apps");
  CHECK((*migrations)[1].finished());
  CHECK((*migrations)[1].condition("Running") == nullptr);
  CHECK((*migrations)[1].condition("Succeeded")->message == "Migration completed");
  CHECK((*migrations)[2].resource == "daemonsets.apps");
  CHECK_FALSE((*migrations)[2].finished());
  CHECK(parse_migration(documents::migration("m1", "", "secrets", ""))->name == "m1");
}

TEST_CASE("the preferred version of a group comes first", "[control_plane]") {
  CHECK(*parse_versions(documents::kApiGroup) == std::vector<std::string>{"v1", "v1beta1"});
  CHECK_FALSE(parse_versions(R"({"kind":"Status","code":404})"));
}

TEST_CASE("the Date header is read", "[control_plane]") {
  CHECK(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == parse_rfc3339("1994-11-06T08:49:37Z"));
  const auto text = GENERATE("", "Sun, 06 Nov 1994 08:49:37", "Sunday, 06-Nov-94 08:49:37 GMT",
                             "Sun, 06 Nvo 1994 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT",
                             "Sun, 06 anF 1994 08:49:37 GMT");
  CHECK_FALSE(parse_http_date(text));
}

TEST_CASE("checks are named on the command line", "[control_plane]") {
  CHECK(parse_checks("")->empty());
  CHECK(*parse_checks("servers,quota") == Checks{Check::servers, Check::quota});
  CHECK(parse_checks("all")->size() == std::size(kAllChecks));
  CHECK_FALSE(parse_checks("servers,"));
  CHECK_FALSE(parse_checks("Servers"));
  CHECK(parse_checks("disk").error().kind == ErrorKind::usage);
}

}  // namespace
}  // namespace kencrypt::control_plane
