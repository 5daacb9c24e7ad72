// Checkpoints, reports and lists of failed objects, through the whole program.
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "fakes/command_world.h"

namespace kencrypt {
namespace {

using fakes::Fault;

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::string read(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

struct World : fakes::CommandWorld {
  World() {
    for (int i = 0; i < 100; ++i) cluster.add({"home", fmt::format("s{:03}", i)}, "canary");
  }
  // One object keeps failing, so the run leaves a checkpoint.
  void fail_one() {
    cluster.fault = [](const http::Request& request) {
      return request.method == http::Method::put && contains(request.target, "s050") ? Fault::forbidden
                                                                                     : Fault::none;
    };
  }
  std::string file(const std::string& name) const { return (directory.path() / name).string(); }
};

TEST_CASE("the next run goes on by itself, and a finished one leaves nothing", "[resume]") {
  World world;
  world.fail_one();
  CHECK(world.run({"rewrite", "--yes"}) == 1);
  world.cluster.fault = [](const http::Request&) { return Fault::none; };
  const std::size_t before = world.cluster.puts;
  CHECK(world.run({"rewrite", "--yes", "-o", "json"}) == 0);
  CHECK(contains(world.err.str(), "going on after 99 objects"));
  CHECK(contains(world.out.str(), "\"resumed\": 99"));
  CHECK(world.cluster.puts - before == 2);  // the witness, and what had failed
  CHECK(std::filesystem::is_empty(world.directory.path() / ".kube/cache/kubectl-encrypt"));
}

TEST_CASE("a checkpoint of another cluster, selection or key is refused with the reason", "[resume]") {
  World world;
  const std::string path = world.file("run.json");
  world.fail_one();
  CHECK(world.run({"rewrite", "--yes", "--checkpoint", path}) == 1);
  CHECK_FALSE(contains(read(path), "canary"));
  SECTION("cluster") {
    world.cluster.documents["/api/v1/namespaces/kube-system"].body =
        R"({"metadata":{"name":"kube-system","uid":"cluster-2","resourceVersion":"1"}})";
    CHECK(world.run({"rewrite", "--yes", "--checkpoint", path}) == 1);
    CHECK(contains(world.err.str(), "is of another cluster"));
  }
  SECTION("selection") {
    CHECK(world.run({"rewrite", "--yes", "-n", "home", "--checkpoint", path}) == 1);
    CHECK(contains(world.err.str(), "is of another selection"));
  }
  SECTION("write key") {
    for (auto& [name, object] : world.cluster.objects()) object.stale = true;
    CHECK(world.run({"rewrite", "--yes", "--checkpoint", path}) == 1);
    CHECK(contains(world.err.str(), "under another write key"));
    world.cluster.fault = [](const http::Request&) { return Fault::none; };
    CHECK(world.run({"rewrite", "--yes", "--checkpoint", path, "--restart"}) == 0);
    CHECK(world.cluster.stale_objects() == 0);
  }
  SECTION("no checkpoint at all") {
    std::ofstream(path) << "{}";
    CHECK(world.run({"rewrite", "--yes", "--checkpoint", path}) == 1);
    CHECK(contains(world.err.str(), "--restart"));
  }
}

TEST_CASE("an automatic checkpoint that does not hold any more is left aside", "[resume]") {
  World world;
  world.fail_one();
  CHECK(world.run({"rewrite", "--yes"}) == 1);
  for (auto& [name, object] : world.cluster.objects()) object.stale = true;
  world.cluster.fault = [](const http::Request&) { return Fault::none; };
  CHECK(world.run({"rewrite", "--yes"}) == 0);
  CHECK(contains(world.err.str(), "under another write key"));
  CHECK(contains(world.err.str(), "beginning anew"));
  CHECK(world.cluster.stale_objects() == 0);
}

TEST_CASE("a cluster that does not show itself gets no checkpoint, and the run goes on", "[resume]") {
  World world;
  world.cluster.documents["/api/v1/namespaces/kube-system"] = {403, R"({"kind":"Status","reason":"Forbidden","message":"no"})"};
  CHECK(world.run({"rewrite", "--yes"}) == 0);
  CHECK(contains(world.err.str(), "no checkpoint is kept"));
}

TEST_CASE("failed objects are written to a file, and that file finishes them", "[resume]") {
  World world;
  world.fail_one();
  const std::string failed = world.file("failed.json");
  CHECK(world.run({"rewrite", "--yes", "--checkpoint=none", "--failed-to", failed, "--report", world.file("r.md")}) == 1);
  CHECK(contains(world.err.str(), "rewrite -f " + failed));
  CHECK(contains(read(world.file("r.md")), "| secrets | home | s050 | Forbidden |"));
  world.cluster.fault = [](const http::Request&) { return Fault::none; };
  CHECK(world.run({"rewrite", "-f", failed, "--yes", "--report", world.file("r.json")}) == 0);
  CHECK(contains(read(world.file("r.json")), "\"rewritten\": 1"));
  CHECK(world.cluster.stale_objects() == 0);
  CHECK(world.run({"rewrite", "secrets", "-f", failed, "--yes"}) == 1);
  CHECK(world.run({"rewrite", "-f", world.file("missing"), "--yes"}) == 1);
}

TEST_CASE("flags that make no sense are refused before anything is sent", "[resume]") {
  World world;
  const std::vector<std::string> bad = GENERATE(
      std::vector<std::string>{"--strategy=delete"}, std::vector<std::string>{"--qps=fast"},
      std::vector<std::string>{"--qps=-1"}, std::vector<std::string>{"--bandwidth=many"},
      std::vector<std::string>{"--report=x.html"}, std::vector<std::string>{"--concurrency=0"});
  std::vector<std::string> words = {"rewrite", "--yes"};
  words.insert(words.end(), bad.begin(), bad.end());
  CHECK(world.run(words) == 1);
  CHECK(world.cluster.lists == 0);
  CHECK(contains(world.err.str(), bad[0].substr(0, bad[0].find('='))));
}

}  // namespace
}  // namespace kencrypt
