#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "commands/rewrite_output.h"
#include "fakes/command_world.h"
#include "fakes/discovery_documents.h"

namespace kencrypt {
namespace {

using fakes::Fault;

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

struct World : fakes::CommandWorld {
  explicit World(int count) {
    for (int i = 0; i < count; ++i)
      cluster.add({i % 2 == 0 ? "home" : "away", fmt::format("s{:03}", i)}, "canary");
  }
};

TEST_CASE("rewrite reports in one line, or in one document", "[commands]") {
  World world(10);
  CHECK(world.run({"rewrite", "secrets", "--yes"}) == 0);
  CHECK(world.out.str().starts_with(
      "10 secrets: 10 rewritten, 0 already current, 0 deleted meanwhile, 0 failed in "));
  CHECK(world.run({"rewrite", "--yes", "-o", "json"}) == 0);
  CHECK(contains(world.out.str(), "\"kind\": \"RewriteReport\""));
  CHECK(contains(world.out.str(), "\"unchanged\": 10"));
  CHECK(world.out.str().front() == '{');
}

TEST_CASE("without a terminal and without --yes nothing is written", "[commands]") {
  World world(10);
  CHECK(world.run({"rewrite"}, "y\n") == 1);
  CHECK(contains(world.err.str(), "--yes"));
  CHECK(world.cluster.puts == 0);
}

TEST_CASE("on a terminal the question names context, server and user", "[commands]") {
  World world(10);
  world.terminals.in = true;
  CHECK(world.run({"rewrite"}, "n\n") == 0);
  CHECK(world.cluster.puts == 0);
  CHECK(contains(world.err.str(), "10 secrets in all namespaces"));
  CHECK(contains(world.err.str(), "Context: test"));
  CHECK(contains(world.err.str(), "Server:  http://fake.test:8080"));
  CHECK(contains(world.err.str(), "User:    someone"));
  CHECK(contains(world.err.str(), "cancelled"));
  CHECK(world.run({"rewrite"}, "y\n") == 0);
  CHECK(world.cluster.puts == 10);
}

TEST_CASE("a client dry run counts, a server dry run tries", "[commands]") {
  World world(10);
  CHECK(world.run({"rewrite", "--dry-run=client"}) == 0);
  CHECK(world.out.str() == "10 secrets would be rewritten (dry run)\n");
  CHECK(world.cluster.puts == 0);
  CHECK(world.run({"rewrite", "--dry-run=server"}) == 0);
  CHECK(contains(world.out.str(), "10 accepted"));
  CHECK(world.cluster.puts == 10);
  CHECK(world.cluster.stale_objects() == 10);
  CHECK(world.run({"rewrite", "--dry-run=maybe"}) == 1);
  CHECK(contains(world.err.str(), "Must be \"none\", \"server\", or \"client\""));
}

TEST_CASE("named secrets live in the context's namespace unless -n says otherwise", "[commands]") {
  World world(10);
  world.cluster.documents["/api"].body = fakes::kAggregatedApi;
  world.cluster.documents["/apis"].body = fakes::kAggregatedApis;
  CHECK(world.run({"rewrite", "secret/s000", "secrets/s002", "--yes"}) == 0);
  CHECK(world.cluster.stale_objects() == 8);
  CHECK(world.run({"rewrite", "secrets", "s001", "-n", "away", "--yes"}) == 0);
  CHECK(world.cluster.stale_objects() == 7);
}

TEST_CASE("arguments that make no sense are refused before anything is sent", "[commands]") {
  World world(1);
  world.cluster.keep_targets = true;
  const auto words =
      GENERATE(std::vector<std::string>{"rewrite", "secret/a", "-A", "--yes"},
               std::vector<std::string>{"rewrite", "--all-resources", "--config=x", "--yes"},
               std::vector<std::string>{"rewrite", "secrets", "--all-resources", "--yes"},
               std::vector<std::string>{"rewrite", "--config=/dev/null/x", "--yes"},
               std::vector<std::string>{"rewrite", "secret/a", "-l", "x=y", "--yes"},
               std::vector<std::string>{"rewrite", "secret/a", "b", "--yes"},
               std::vector<std::string>{"rewrite", "secret/", "--yes"},
               std::vector<std::string>{"rewrite", "--yes", "--concurrency=0"},
               std::vector<std::string>{"rewrite", "--yes", "--concurrency=1000"},
               std::vector<std::string>{"rewrite", "--yes", "--chunk-size=-1"},
               std::vector<std::string>{"status", "secret/a"},
               std::vector<std::string>{"status", "--fail-on=everything"},
               std::vector<std::string>{"status", "--find=everything"},
               std::vector<std::string>{"status", "--by=pod"},
               std::vector<std::string>{"status", "--find=stale", "--find-limit=0"},
               std::vector<std::string>{"status", "-o", "name"},
               std::vector<std::string>{"status", "--qps=fast"},
               std::vector<std::string>{"status", "--api-server=ftp://x"},
               std::vector<std::string>{"status", "--api-server=https://x"},
               std::vector<std::string>{"status", "--all-resources", "secrets"});
  CHECK(world.run(words) == 1);
  CHECK(world.err.str().starts_with("error: "));
  CHECK(world.cluster.targets.empty());
}

TEST_CASE("failures are named, counted and end with exit 1", "[commands]") {
  World world(60);
  world.cluster.fault = [](const http::Request& request) {
    return request.method == http::Method::put && contains(request.target, "/away/") ? Fault::forbidden
                                                                                     : Fault::none;
  };
  CHECK(world.run({"rewrite", "--yes"}) == 1);
  CHECK(contains(world.out.str(), "60 secrets: 30 rewritten, 0 already current, 0 deleted meanwhile, 30 failed"));
  CHECK(contains(world.err.str(), "error: secrets away/s001 was not rewritten (Forbidden): secrets is forbidden"));
  CHECK(contains(world.err.str(), "error: 10 more were not rewritten"));
  CHECK_FALSE(contains(world.err.str() + world.out.str(), "canary"));
}

TEST_CASE("no Secrets is no error", "[commands]") {
  World world(0);
  CHECK(world.run({"rewrite", "--yes"}) == 0);
  CHECK(world.err.str() == "No resources found\n");
  CHECK(world.run({"rewrite", "--yes", "-n", "x", "-o", "json"}) == 0);
  CHECK(world.err.str() == "No resources found in x namespace.\n");
  CHECK(contains(world.out.str(), "\"total\": 0"));
}

TEST_CASE("a garbage reply gets one sentence", "[commands]") {
  World world(3);
  world.cluster.fault = [](const http::Request&) { return Fault::garbage; };
  CHECK(world.run({"rewrite", "--yes"}) == 1);
  CHECK(world.err.str() == "error: the server's reply is not a list of Kubernetes objects in JSON\n");
}

TEST_CASE("several resources in words and in documents", "[commands]") {
  World world(10);
  world.cluster.documents["/api"].body = fakes::kAggregatedApi;
  world.cluster.documents["/apis"].body = fakes::kAggregatedApis;
  CHECK(world.run({"rewrite", "secrets", "configmaps", "--dry-run=client"}) == 0);
  CHECK(world.out.str() == "20 objects of 2 resources would be rewritten (dry run)\n");
  CHECK(world.run({"rewrite", "secret/s000", "cm/s000", "secret/s002", "--dry-run=client", "-o", "json"}) == 0);
  CHECK(contains(world.out.str(), "\"total\": 3"));
  CHECK(contains(world.out.str(), "\"secrets\",\n        \"configmaps\"\n"));
  CHECK(world.run({"rewrite", "configmaps", "s001", "-n", "away", "--dry-run=client"}) == 0);
  CHECK(world.out.str() == "1 configmap would be rewritten (dry run)\n");
  CHECK(world.run({"rewrite", "clusterroles", "-n", "away", "--dry-run=client"}) == 1);
}

TEST_CASE("the plan counts each resource", "[commands]") {
  const auto target = [](std::string group, std::string plural, bool namespaced = true) {
    rewrite::Target one;
    one.resource = {.group = std::move(group), .plural = std::move(plural), .namespaced = namespaced};
    return one;
  };
  std::vector<rewrite::Target> targets{target("", "secrets"), target("networking.k8s.io", "ingresses"),
                                       target("networking.k8s.io", "networkpolicies", false)};
  const kube::ClientConfig config;
  const std::string plan = commands::plan_text(targets, {3000, 1, 1}, config);
  CHECK(contains(plan, "This writes 3000 secrets, 1 ingress.networking.k8s.io and 1 networkpolicy.networking.k8s.io in "
                       "all namespaces again"));
  targets.push_back(target("storage.k8s.io", "storageclasses", false));
  const std::string longer = commands::plan_text(targets, {3000, std::nullopt, 2, 1}, config);
  CHECK(contains(longer, "This writes the objects of 4 resources in all namespaces again"));
  CHECK(contains(longer, "\n  3000 secrets\n  the selected ingresses.networking.k8s.io\n"));
  CHECK(contains(longer, "\n  1 storageclass.storage.k8s.io\n"));
  CHECK_FALSE(contains(commands::plan_text({targets.back()}, {7}, config), "namespace"));
}

TEST_CASE("a failure is told with the resource of its target", "[commands]") {
  std::vector<rewrite::Target> targets(2);
  targets[0].resource = kube::secrets_resource();
  targets[1].resource = {.group = "apps", .plural = "deployments"};
  rewrite::Report report;
  report.total = report.failed = 1;
  report.failures.push_back({1, {"n", "d"}, "Forbidden", "no"});
  std::ostringstream err;
  commands::print_failures(err, report, targets);
  CHECK(err.str() == "error: deployments.apps n/d was not rewritten (Forbidden): no\n");
  CHECK(contains(commands::summary_text(report, targets, commands::DryRunMode::none), "1 object of 2 resources: 0 rewritten"));
}

}  // namespace
}  // namespace kencrypt
