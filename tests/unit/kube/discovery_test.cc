#include "kube/discovery.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "fakes/discovery_documents.h"
#include "fakes/fake_cluster.h"
#include "kube/json_definition.h"
#include "kube/json_discovery.h"

namespace kencrypt::kube {
namespace {

// "events events.k8s.io/v1/events": all resources, in order.
std::string names(const std::vector<ApiResource>& resources) {
  std::string text;
  for (const ApiResource& one : resources)
    text += fmt::format("{}{}:{}", text.empty() ? "" : " ", one.served.text(), one.plural);
  return text;
}

std::string names(const std::vector<GroupVersion>& versions) {
  std::string text;
  for (const GroupVersion& one : versions) text += (text.empty() ? "" : " ") + one.text();
  return text;
}

struct Server {
  Server() {
    cluster.documents["/api"].body = fakes::kAggregatedApi;
    cluster.documents["/apis"].body = fakes::kAggregatedApis;
  }
  fakes::FakeClock clock;
  fakes::FakeCluster cluster{clock, 1};
};

TEST_CASE("aggregated discovery takes two requests and keeps the server's order", "[discovery]") {
  Server server;
  const auto found = discover(server.cluster);
  REQUIRE(found);
  CHECK(names(found->resources) ==
        "v1:bindings v1:componentstatuses v1:configmaps v1:events v1:namespaces v1:pods v1:secrets "
        "apps/v1:deployments events.k8s.io/v1:events authentication.k8s.io/v1:tokenreviews "
        "autoscaling/v2:horizontalpodautoscalers autoscaling/v1:horizontalpodautoscalers "
        "rbac.authorization.k8s.io/v1:clusterroles example.com/v1:widgets example.com/v1beta1:widgets");
  CHECK(names(found->unavailable) == "metrics.k8s.io/v1beta1");
  const ApiResource& configmaps = found->resources.at(2);
  CHECK(configmaps.singular == "configmap");
  CHECK(configmaps.short_names == std::vector<std::string>{"cm"});
  CHECK(configmaps.namespaced);
  CHECK(configmaps.can("update"));
  CHECK_FALSE(configmaps.can("impersonate"));
  CHECK_FALSE(found->resources.at(4).namespaced);
}

TEST_CASE("a server without aggregated discovery is asked group by group", "[discovery]") {
  Server server;
  server.cluster.documents = {
      {"/api", {200, std::string(fakes::kPlainApi)}},
      {"/apis", {200, std::string(fakes::kPlainApis)}},
      {"/api/v1", {200, R"({"kind":"APIResourceList","resources":[{"name":"secrets","namespaced":true}]})"}},
      {"/apis/apps/v1", {200, std::string(fakes::kPlainApps)}},
      {"/apis/autoscaling/v2", {503, "service unavailable"}},
      {"/apis/autoscaling/v1", {404, ""}},
      {"/apis/example.com/v1", {200, R"({"kind":"APIResourceList","resources":[{"name":"widgets"}]})"}},
      {"/apis/example.com/v1beta1", {200, R"({"kind":"APIResourceList","resources":[]})"}}};
  const auto found = discover(server.cluster);
  REQUIRE(found);
  CHECK(names(found->resources) == "v1:secrets apps/v1:deployments example.com/v1:widgets");
  CHECK(names(found->unavailable) == "autoscaling/v2 autoscaling/v1");
  CHECK(found->resources.at(1).singular == "deployment");
  CHECK(found->resources.at(1).namespaced);
  CHECK_FALSE(found->resources.at(2).namespaced);
}

TEST_CASE("the preferred version comes first, whatever its place", "[discovery]") {
  const auto root = parse_discovery_root(
      R"({"kind":"APIGroupList","groups":[{"name":"g","versions":[{"version":"v1"},{"version":"v2"}],)"
      R"("preferredVersion":{"version":"v2"}},{"name":"h","versions":[{"version":"v3"}]}]})");
  REQUIRE(root);
  CHECK(names(root->to_ask) == "g/v2 g/v1 h/v3");
}

TEST_CASE("refused discovery says what was asked and why not", "[discovery]") {
  Server server;
  server.cluster.fault = [](const http::Request&) { return fakes::Fault::forbidden; };
  const auto found = discover(server.cluster);
  REQUIRE_FALSE(found);
  CHECK(found.error().kind == ErrorKind::forbidden);
  CHECK(found.error().message.starts_with("asking the server which resources it has: Error from server (Forbidden)"));
}

TEST_CASE("credentials that are refused in the middle end it", "[discovery]") {
  Server server;
  server.cluster.documents["/api"].body = fakes::kPlainApi;
  server.cluster.documents["/api/v1"] = {401, ""};
  const auto found = discover(server.cluster);
  REQUIRE_FALSE(found);
  CHECK(found.error().kind == ErrorKind::unauthenticated);
}

TEST_CASE("a reply beyond the limit is not read to its end", "[discovery]") {
  Server server;
  server.cluster.documents["/apis"].body.assign(kMaxDiscoveryBytes + 1, ' ');
  const auto found = discover(server.cluster);
  REQUIRE_FALSE(found);
  CHECK(found.error().kind == ErrorKind::too_large);
}

TEST_CASE("what is no discovery document is refused without quoting it", "[discovery]") {
  const auto* text = GENERATE(
      "", "[]", "null", "<html>canary</html>", R"({"kind":"SecretList","items":[]})", R"({"kind":"APIResourceList"})",
      R"({"kind":"APIVersions","versions":["../canary"]})", R"({"kind":"APIVersions","versions":[""]})",
      R"({"kind":"APIGroupList","groups":[{"name":"canary?x","versions":[{"version":"v1"}]}]})",
      R"({"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"g"},"versions":[{"version":"Canary"}]}]})",
      R"({"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"g"},"versions":[{"version":"v1","resources":[{"resource":"can/ary"}]}]}]})");
  INFO(text);
  const auto root = parse_discovery_root(text);
  REQUIRE_FALSE(root);
  CHECK(root.error().kind == ErrorKind::protocol);
  CHECK(root.error().message.find("anary") == std::string::npos);
}

TEST_CASE("a discovery document cut anywhere is an error, not a shorter one", "[discovery]") {
  const std::string_view whole = fakes::kAggregatedApis;
  for (std::size_t cut = 0; cut < whole.size(); cut += 7) {
    INFO("cut at " << cut);
    CHECK_FALSE(parse_discovery_root(whole.substr(0, cut)));
  }
}

TEST_CASE("which groups other servers serve", "[discovery]") {
  Server server;
  server.cluster.documents["/apis/apiregistration.k8s.io/v1/apiservices"].body = fakes::kApiServices;
  const auto passed_on = served_elsewhere(server.cluster);
  REQUIRE(passed_on);
  CHECK(names(*passed_on) == "metrics.k8s.io/v1beta1");
  server.cluster.documents["/apis/apiregistration.k8s.io/v1/apiservices"] = {404, "404 page not found"};
  CHECK(served_elsewhere(server.cluster)->empty());
  server.cluster.documents["/apis/apiregistration.k8s.io/v1/apiservices"] = {403, ""};
  CHECK(served_elsewhere(server.cluster).error().kind == ErrorKind::forbidden);
  server.cluster.documents["/apis/apiregistration.k8s.io/v1/apiservices"] = {200, "{}"};
  CHECK(served_elsewhere(server.cluster).error().kind == ErrorKind::protocol);
}

}  // namespace
}  // namespace kencrypt::kube
