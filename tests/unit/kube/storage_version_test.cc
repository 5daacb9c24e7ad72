#include "kube/storage_version.h"

#include <catch2/catch.hpp>

#include "fakes/discovery_documents.h"
#include "fakes/fake_cluster.h"
#include "kube/json_discovery.h"
#include "kube/resource_match.h"

namespace kencrypt::kube {
namespace {

constexpr auto* kDefinition = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com";

struct Server {
  Server() {
    known = parse_discovery_root(fakes::kAggregatedApis)->known;
    cluster.keep_targets = true;
    cluster.documents[kDefinition].body = fakes::kWidgetsDefinition;
  }
  Result<Resource> ask(std::string_view word) {
    return without_loss(cluster, known, **find_resource(known, word));
  }
  // Only one version of widgets is served.
  void serve_one_version() { known.resources.pop_back(); }

  fakes::FakeClock clock;
  fakes::FakeCluster cluster{clock, 1};
  Discovery known;
};

TEST_CASE("a custom resource is read in its storage version, not in the preferred one", "[storage_version]") {
  Server server;
  REQUIRE((*find_resource(server.known, "widgets"))->served.version == "v1");
  const auto widgets = server.ask("widgets");
  REQUIRE(widgets);
  CHECK(resource_path(*widgets, "n", "x") == "/apis/example.com/v1beta1/namespaces/n/widgets/x");
  CHECK(server.ask("widgets.v1.example.com")->version == "v1beta1");
}

TEST_CASE("groups without a dot cannot be custom: nothing is asked", "[storage_version]") {
  Server server;
  CHECK(server.ask("deployments")->version == "v1");
  CHECK(server.ask("hpa.v1.autoscaling")->version == "v1");
  CHECK(server.cluster.targets.empty());
}

TEST_CASE("a built-in resource has no definition", "[storage_version]") {
  Server server;
  server.cluster.documents["/apis/apiextensions.k8s.io/v1/customresourcedefinitions/"
                           "clusterroles.rbac.authorization.k8s.io"] = {404, ""};
  const auto roles = server.ask("clusterroles");
  REQUIRE(roles);
  CHECK(roles->version == "v1");
  CHECK_FALSE(roles->namespaced);
}

TEST_CASE("where the definition may not be read, several versions are refused", "[storage_version]") {
  Server server;
  server.cluster.documents[kDefinition] = {403, ""};
  const auto refused = server.ask("widgets");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::forbidden);
  CHECK(refused.error().message.starts_with(
      "widgets.example.com is not rewritten: it has several versions, and only its CustomResourceDefinition tells"));
  server.serve_one_version();
  CHECK(server.ask("widgets")->version == "v1");
}

TEST_CASE("built-in groups are known even where definitions may not be read", "[storage_version]") {
  Server server;
  for (const auto* version : {"v1", "v1beta1"})
    server.known.resources.push_back({{"resource.k8s.io", version}, "claims", "claim", {}, {}, true});
  server.cluster.documents["/apis/apiextensions.k8s.io/v1/customresourcedefinitions/claims.resource.k8s.io"] = {403, ""};
  CHECK(server.ask("claims")->version == "v1");
}

TEST_CASE("a storage version that is not served is refused", "[storage_version]") {
  const auto defined = GENERATE(std::vector<DefinedVersion>{{"v1", true, false}, {"v2", false, true}},
                                std::vector<DefinedVersion>{{"v1", true, false}});
  const auto version = storage_version(defined, {{"example.com", "v1"}, "widgets", "", {}, {}, true});
  REQUIRE_FALSE(version);
  CHECK(version.error().message.starts_with("widgets.example.com is not rewritten: its storage version"));
}

TEST_CASE("any other trouble with the definition stops, too", "[storage_version]") {
  Server server;
  server.serve_one_version();
  server.cluster.documents[kDefinition] = {500, ""};
  CHECK(server.ask("widgets").error().message.starts_with("reading the definition of widgets.example.com: "));
  server.cluster.documents[kDefinition] = {200, R"({"kind":"CustomResourceDefinition","spec":{}})"};
  CHECK(server.ask("widgets").error().kind == ErrorKind::protocol);
}

}  // namespace
}  // namespace kencrypt::kube
