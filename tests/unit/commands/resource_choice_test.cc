#include "commands/resource_choice.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "fakes/discovery_documents.h"
#include "fakes/fake_cluster.h"

namespace kencrypt::commands {
namespace {

const std::string kDefinitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/";
const std::string kServices = "/apis/apiregistration.k8s.io/v1/apiservices";

struct World {
  World() {
    cluster.keep_targets = true;
    cluster.documents["/api"].body = fakes::kAggregatedApi;
    cluster.documents["/apis"].body = fakes::kAggregatedApis;
    cluster.documents[kServices].body = fakes::kApiServices;
    cluster.documents[kDefinitions + "widgets.example.com"].body = fakes::kWidgetsDefinition;
    cluster.documents[kDefinitions + "clusterroles.rbac.authorization.k8s.io"] = {404, ""};
  }
  // "secrets:v1 widgets.example.com:v1beta1", or the error.
  static std::string text(const Result<std::vector<kube::Resource>>& resources) {
    if (!resources) return "error: " + resources.error().message;
    std::vector<std::string> words;
    for (const kube::Resource& one : *resources) words.push_back(one.group_resource() + ":" + one.version);
    return fmt::format("{}", fmt::join(words, " "));
  }
  std::string all() { return text(ResourceChoice(cluster, warn).all()); }
  std::string covered(std::vector<encryption::ConfiguredRule> rules) {
    return text(ResourceChoice(cluster, warn).covered_by(rules));
  }
  std::string type(std::string_view word) {
    const auto resource = ResourceChoice(cluster, warn).by_type(word);
    return text(resource ? Result<std::vector<kube::Resource>>(std::vector{*resource})
                         : std::unexpected(resource.error()));
  }

  fakes::FakeClock clock;
  fakes::FakeCluster cluster{clock, 1};
  std::vector<std::string> warnings;
  std::function<void(std::string_view)> warn = [this](std::string_view line) { warnings.emplace_back(line); };
};

constexpr std::string_view kLeftOut =
    "left out, since other API servers serve and store them: metrics.k8s.io/v1beta1; a resource of theirs is "
    "rewritten if it is named";

TEST_CASE("Secrets need no discovery", "[resource_choice]") {
  World world;
  CHECK(world.type("secret") == "secrets:v1");
  CHECK(world.covered({{{"secrets", ""}, true}}) == "secrets:v1");
  CHECK(world.cluster.targets.empty());
}

TEST_CASE("all resources: once each, in safe versions, and what is left out is named", "[resource_choice]") {
  World world;
  CHECK(world.all() ==
        "configmaps:v1 events:v1 namespaces:v1 pods:v1 secrets:v1 deployments.apps:v1 "
        "horizontalpodautoscalers.autoscaling:v2 clusterroles.rbac.authorization.k8s.io:v1 widgets.example.com:v1beta1");
  CHECK(world.warnings == std::vector<std::string>{std::string(kLeftOut)});
}

TEST_CASE("a group that should be there and does not answer is never left out", "[resource_choice]") {
  World world;
  world.cluster.documents[kServices].body = R"({"kind":"APIServiceList","items":[]})";
  CHECK(world.all() ==
        "error: the server does not say now which resources these API groups have: metrics.k8s.io/v1beta1; run "
        "again when it does, or name the resources to rewrite");
  CHECK(world.type("configmaps") == "configmaps:v1");
  CHECK(world.covered({{{"*", "apps"}, true}}) == "deployments.apps:v1");
  CHECK_THAT(world.covered({{{"*", "*"}, true}}), Catch::StartsWith("error: "));
  CHECK_THAT(world.covered({{{"nodes", "metrics.k8s.io"}, true}}), Catch::StartsWith("error: "));
  CHECK(world.warnings.empty());
}

TEST_CASE("one custom resource without a safe version stops all of them", "[resource_choice]") {
  World world;
  world.cluster.documents[kDefinitions + "widgets.example.com"] = {403, ""};
  CHECK_THAT(world.all(), Catch::StartsWith("error: widgets.example.com is not rewritten: it has several versions"));
}

TEST_CASE("a configuration's wildcards, exclusions and leftovers", "[resource_choice]") {
  World world;
  CHECK(world.covered({{{"events", ""}, false}, {{"*", ""}, true}}) == "configmaps:v1 namespaces:v1 pods:v1 secrets:v1");
  CHECK(world.warnings.empty());
  CHECK(world.covered({{{"secrets", ""}, true}, {{"gadgets", "example.com"}, true}, {{"widgets", "example.com"}, true}}) ==
        "secrets:v1 widgets.example.com:v1beta1");
  CHECK(world.warnings ==
        std::vector<std::string>{"the configuration names gadgets.example.com, of which this server has nothing to rewrite"});
  world.warnings.clear();
  CHECK(world.covered({{{"secrets", ""}, false}, {{"*", "*"}, true}}) ==
        "configmaps:v1 events:v1 namespaces:v1 pods:v1 deployments.apps:v1 horizontalpodautoscalers.autoscaling:v2 "
        "clusterroles.rbac.authorization.k8s.io:v1 widgets.example.com:v1beta1");
  CHECK(world.warnings == std::vector<std::string>{std::string(kLeftOut)});
  CHECK(world.covered({}).empty());
  CHECK(world.covered({{{"secrets", ""}, false}}).empty());
}

TEST_CASE("what other servers store is left out, unless it is named", "[resource_choice]") {
  World world;
  world.cluster.documents[kServices].body =
      R"({"kind":"APIServiceList","items":[{"spec":{"group":"example.com","version":"v1","service":{"name":"s"}}},)"
      R"({"spec":{"group":"example.com","version":"v1beta1","service":{"name":"s"}}},)"
      R"({"spec":{"group":"metrics.k8s.io","version":"v1beta1","service":{"name":"m"}}}]})";
  CHECK(world.all().find("widgets") == std::string::npos);
  REQUIRE(world.warnings.size() == 1);
  CHECK_THAT(world.warnings[0], Catch::Contains(": example.com/v1, example.com/v1beta1, metrics.k8s.io/v1beta1; "));
  world.cluster.documents[kDefinitions + "widgets.example.com"] = {404, ""};
  CHECK(world.type("widgets") == "widgets.example.com:v1");
}

TEST_CASE("what cannot be updated is refused by name", "[resource_choice]") {
  World world;
  CHECK(world.type("componentstatuses") ==
        "error: componentstatuses cannot be rewritten: the server does not offer to list and update them");
  CHECK(world.type("events.events.k8s.io") == "events:v1");
}

TEST_CASE("who may not discover can still name Secrets", "[resource_choice]") {
  World world;
  ResourceChoice choice(world.cluster, world.warn);
  CHECK(*choice.is_type("configmaps"));
  CHECK_FALSE(*choice.is_type("db-password"));
  World other;
  other.cluster.documents["/api"] = {403, ""};
  ResourceChoice refused(other.cluster, other.warn);
  CHECK_FALSE(*refused.is_type("configmaps"));
  CHECK_FALSE(refused.by_type("configmaps"));
  other.cluster.documents["/api"] = {500, ""};
  CHECK_FALSE(refused.is_type("configmaps"));
}

}  // namespace
}  // namespace kencrypt::commands
