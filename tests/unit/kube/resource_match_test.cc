#include "kube/resource_match.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "fakes/discovery_documents.h"
#include "kube/json_definition.h"
#include "kube/json_discovery.h"

namespace kencrypt::kube {
namespace {

Discovery known() {
  Discovery all = parse_discovery_root(fakes::kAggregatedApi)->known;
  Discovery groups = parse_discovery_root(fakes::kAggregatedApis)->known;
  all.resources.insert(all.resources.end(), groups.resources.begin(), groups.resources.end());
  all.unavailable = groups.unavailable;
  return all;
}

std::string summary(const ApiResource& one) { return fmt::format("{}:{}", one.served.text(), one.plural); }

TEST_CASE("words mean what they mean to kubectl", "[resource_match]") {
  const Discovery all = known();
  const auto [word, meaning] = GENERATE(table<std::string, std::string>({
      {"secrets", "v1:secrets"},
      {"secret", "v1:secrets"},
      {"Secret", "v1:secrets"},
      {"cm", "v1:configmaps"},
      {"configmaps.v1.", "v1:configmaps"},
      {"deployments", "apps/v1:deployments"},
      {"deploy", "apps/v1:deployments"},
      {"deployments.apps", "apps/v1:deployments"},
      {"deploy.apps", "apps/v1:deployments"},
      {"deployments.v1.apps", "apps/v1:deployments"},
      {"Deployment.v1.apps", "apps/v1:deployments"},
      {"deployments.ap", "apps/v1:deployments"},
      {"deploy.ap", "apps/v1:deployments"},
      {"events", "v1:events"},
      {"ev", "v1:events"},
      {"events.events.k8s.io", "events.k8s.io/v1:events"},
      {"events.v1.events.k8s.io", "events.k8s.io/v1:events"},
      {"hpa", "autoscaling/v2:horizontalpodautoscalers"},
      {"hpa.v1.autoscaling", "autoscaling/v1:horizontalpodautoscalers"},
      {"widgets.example.com", "example.com/v1:widgets"},
      {"wd", "example.com/v1:widgets"},
      {"widgets.v1beta1.example.com", "example.com/v1beta1:widgets"},
      {"widgets.exam", "example.com/v1:widgets"},
  }));
  INFO(word);
  const auto found = find_resource(all, word);
  REQUIRE(found);
  CHECK(summary(**found) == meaning);
}

TEST_CASE("an unknown type in kubectl's words, with what to do", "[resource_match]") {
  Discovery all = known();
  const auto message = [&all](std::string_view word) { return find_resource(all, word).error().message; };
  CHECK(find_resource(all, "foos").error().kind == ErrorKind::usage);
  CHECK(message("Foos") ==
        "the server doesn't have a resource type \"Foos\", but these API groups do not say now which they have: "
        "metrics.k8s.io/v1beta1");
  CHECK(message("foos.example.com") ==
        "the server doesn't have a resource type \"foos\" in group \"example.com\"; \"kubectl api-resources "
        "--verbs=list,update\" shows what can be rewritten");
  CHECK(message("widgets.v3.example.com").starts_with(
        "the server doesn't have a resource type \"widgets\" in group \"v3.example.com\"; "));
  all.unavailable.clear();
  CHECK(message("").starts_with("the server doesn't have a resource type \"\"; "));
}

TEST_CASE("only plural names stand between types: others may be names of objects", "[resource_match]") {
  const Discovery all = known();
  for (const auto* word : {"configmaps", "deployments.apps", "widgets.example.com", "widgets.v1.example.com"})
    CHECK(is_plural_name(all, word));
  for (const auto* word : {"cm", "configmap", "wd", "tls.example.com", "widgets.v3.example.com", ""})
    CHECK_FALSE(is_plural_name(all, word));
}

TEST_CASE("what is stored: once each, without what nobody updates or others serve", "[resource_match]") {
  Discovery all = known();
  const auto list = [&all](const std::vector<GroupVersion>& elsewhere) {
    std::string text;
    for (const ApiResource* one : stored_resources(all, elsewhere)) text += summary(*one) + " ";
    return text;
  };
  CHECK(list({}) ==
        "v1:configmaps v1:events v1:namespaces v1:pods v1:secrets apps/v1:deployments "
        "autoscaling/v2:horizontalpodautoscalers rbac.authorization.k8s.io/v1:clusterroles example.com/v1:widgets ");
  CHECK(list({{"example.com", "v1"}, {"apps", "v1"}}) ==
        "v1:configmaps v1:events v1:namespaces v1:pods v1:secrets "
        "autoscaling/v2:horizontalpodautoscalers rbac.authorization.k8s.io/v1:clusterroles example.com/v1beta1:widgets ");
}

TEST_CASE("events are the same objects in both groups", "[resource_match]") {
  const Discovery all = known();
  const ApiResource* second = *find_resource(all, "events.events.k8s.io");
  CHECK(summary(*as_stored(all, *second)) == "v1:events");
  const ApiResource* secrets = *find_resource(all, "secrets");
  CHECK(as_stored(all, *secrets) == secrets);
}

}  // namespace
}  // namespace kencrypt::kube
