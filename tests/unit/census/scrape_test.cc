#include "census/scrape.h"

#include <catch2/catch.hpp>

#include "fakes/metrics_server.h"

namespace kencrypt::census {
namespace {

const std::string kType = "# TYPE x counter\n";
const std::string kOperations = "apiserver_storage_transformation_operations_total";
const std::string kController = "apiserver_encryption_config_controller_";

Result<Scrape> scrape_page(const std::string& page, const kube::Resource& resource) {
  fakes::MetricsClock clock;
  fakes::MetricsServer server(clock);
  server.page = page;
  return scrape_metrics(server, clock, resource);
}

Scrape good(const std::string& page, const kube::Resource& resource = kube::secrets_resource()) {
  auto scrape = scrape_page(kType + page, resource);
  REQUIRE(scrape.has_value());
  return *scrape;
}

std::string operation(const std::string& resource, const std::string& type, const std::string& prefix,
                      const std::string& status, int value) {
  return kOperations + "{resource=\"" + resource + "\",status=\"" + status + "\",transformation_type=\"" +
         type + "\",transformer_prefix=\"" + prefix + "\"} " + std::to_string(value) + "\n";
}

TEST_CASE("scrape: transformations of the resource, by status and direction") {
  const std::string page = operation("secrets", "from_storage", "k8s:enc:aescbc:v1:", "OK", 7) +
                           operation("secrets", "from_storage", "we \\\"said\\\":", "OK", 3) +
                           operation("secrets", "from_storage", "key1:", "unknown-non-grpc", 2) +
                           operation("secrets", "from_storage", "key1:", "Unavailable", 4) +
                           operation("secrets", "to_storage", "", "OK", 5) +
                           operation("secrets", "to_storage", "k8s:enc:kms:v2:a:", "Unavailable", 9) +
                           operation("secrets.example.com", "from_storage", "identity", "OK", 1) +
                           operation("configmaps", "from_storage", "identity", "OK", 1);
  const Scrape scrape = good(page);
  CHECK(scrape.resource_label == ResourceLabel::present);
  CHECK(scrape.from_storage == PrefixCounts{{"k8s:enc:aescbc:v1:", 7}, {"we \"said\":", 3}});
  CHECK(scrape.from_storage_failed == PrefixCounts{{"key1:", 6}});
  CHECK(scrape.to_storage == PrefixCounts{{"", 5}});
  CHECK_FALSE(scrape.relabelled);
  const Scrape other = good(page, {.group = "example.com", .plural = "secrets"});
  CHECK(other.from_storage == PrefixCounts{{"identity", 1}});
}

TEST_CASE("scrape: without the resource label, and without samples") {
  const std::string old = kOperations + "{status=\"OK\",transformation_type=\"from_storage\","
                                        "transformer_prefix=\"identity\"} 4\n";
  CHECK(good(old).resource_label == ResourceLabel::absent);
  CHECK(good(old).from_storage == PrefixCounts{{"identity", 4}});
  CHECK(good(old + operation("secrets", "from_storage", "identity", "OK", 1)).resource_label ==
        ResourceLabel::absent);
  CHECK(good("").resource_label == ResourceLabel::no_samples);
}

TEST_CASE("scrape: label values replaced by the server are noticed") {
  CHECK(good(operation("unexpected", "from_storage", "identity", "OK", 1)).relabelled);
  CHECK(good(operation("secrets", "from_storage", "unexpected", "OK", 1)).relabelled);
  CHECK(good(operation("secrets", "from_storage", "identity", "unexpected", 1)).relabelled);
}

TEST_CASE("scrape: the facts about process and configuration") {
  const Scrape bare = good("");
  CHECK_FALSE(bare.config_hash.has_value());
  CHECK_FALSE(bare.process_start.has_value());
  CHECK_FALSE(bare.disabled_metrics.has_value());
  CHECK_FALSE(bare.minor_release.has_value());
  CHECK_FALSE(bare.counts_transformations);
  CHECK(bare.reloads == 0);
  CHECK(bare.last_reload == 0);
  CHECK(bare.connections_opened == 1);

  const Scrape scrape = good(
      kController + "last_config_info{apiserver_id_hash=\"sha256:a\",hash=\"sha256:c\"} 1\n" +
      kController + "automatic_reloads_total{apiserver_id_hash=\"sha256:a\",status=\"success\"} 2\n" +
      kController + "automatic_reloads_total{apiserver_id_hash=\"sha256:a\",status=\"failure\"} 9\n" +
      kController + "automatic_reload_last_timestamp_seconds{status=\"failure\"} 9e+09\n" +
      kController + "automatic_reload_last_timestamp_seconds{status=\"success\"} 1.7e+09\n" +
      "process_start_time_seconds 1.69e+09\ndisabled_metrics_total 0\n"
      "kubernetes_build_info{major=\"1\",minor=\"27+\"} 1\n"
      "apiserver_storage_data_key_generation_failures_total 0\n"
      "apiserver_request_total{code=\"200\",group=\"\",resource=\"secrets\",subresource=\"\",verb=\"GET\"} 6\n"
      "apiserver_request_total{code=\"200\",group=\"\",resource=\"secrets\",subresource=\"\",verb=\"LIST\"} 1\n"
      "apiserver_request_total{code=\"404\",group=\"\",resource=\"secrets\",subresource=\"\",verb=\"GET\"} 1\n"
      "apiserver_request_total{code=\"200\",group=\"x\",resource=\"secrets\",subresource=\"\",verb=\"GET\"} 1\n");
  CHECK(scrape.config_hash == "sha256:c");
  CHECK(scrape.apiserver_id_hash == "sha256:a");
  CHECK(scrape.reloads == 2);
  CHECK(scrape.last_reload == 1.7e9);
  CHECK(scrape.process_start == 1.69e9);
  CHECK(scrape.disabled_metrics == std::uint64_t{0});
  CHECK(scrape.minor_release == 27U);
  CHECK(scrape.counts_transformations);
  CHECK(scrape.gets_served == 6);
}

TEST_CASE("scrape: a reload that is counted in an unexpected way still counts") {
  CHECK(good(kController + "automatic_reload_success_total{apiserver_id_hash=\"a\"} 1\n").reloads == 1);
  CHECK(good(kController + "automatic_reloads_total{status=\"unexpected\"} 1\n").reloads == 1);
}

TEST_CASE("scrape: what cannot be right is an error") {
  for (const std::string& page :
       {operation("secrets", "from_storage", "identity", "OK", -1),
        kOperations + "{resource=\"secrets\",status=\"OK\",transformation_type=\"from_storage\"} 1.5\n",
        kOperations + "{resource=\"secrets\",status=\"OK\",transformation_type=\"from_storage\"} NaN\n",
        kOperations + "{resource=\"secrets\",status=\"OK\",transformation_type=\"from_storage\"} 1e17\n",
        kController + "last_config_info{apiserver_id_hash=\"sha256:a\"} 1\n",
        kController + "last_config_info{hash=\"sha256:a\"} 1\n" + kController +
            "last_config_info{hash=\"sha256:b\"} 1\n",
        std::string("<html>\n")}) {
    CAPTURE(page);
    const auto scrape = scrape_page(kType + page, kube::secrets_resource());
    REQUIRE_FALSE(scrape.has_value());
    CHECK(scrape.error().kind == ErrorKind::protocol);
  }
  std::string many;
  for (std::size_t i = 0; i <= kMaxPrefixes; ++i)
    many += operation("secrets", "from_storage", "k" + std::to_string(i) + ":", "OK", 1);
  const auto scrape = scrape_page(kType + many, kube::secrets_resource());
  REQUIRE_FALSE(scrape.has_value());
  CHECK(scrape.error().kind == ErrorKind::too_large);
}

TEST_CASE("scrape: a refusal names the missing right") {
  fakes::MetricsClock clock;
  fakes::MetricsServer server(clock);
  server.metrics_status = 403;
  const auto scrape = scrape_metrics(server, clock, kube::secrets_resource());
  REQUIRE_FALSE(scrape.has_value());
  CHECK(scrape.error().kind == ErrorKind::forbidden);
  CHECK(scrape.error().message.find("get on the nonResourceURL /metrics") != std::string::npos);
}

}  // namespace
}  // namespace kencrypt::census
