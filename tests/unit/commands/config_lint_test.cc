#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "fakes/command_world.h"

namespace kencrypt {
namespace {

struct World : fakes::CommandWorld {
  std::string write(const std::string& text) {
    const auto path = directory.path() / "enc.yaml";
    std::ofstream(path) << text;
    std::filesystem::permissions(path, std::filesystem::perms::owner_read);
    return path.string();
  }
};

const std::string kText =
    "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n- resources: [secrets]\n"
    "  providers:\n  - aescbc: {keys: [{name: k, secret: c2VjcmV0IGlzIHNlY3VyZQ==}]}\n";

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST_CASE("config lint exits with 2 for what an API server refuses, and says where", "[config_command]") {
  World world;
  const std::string path = world.write(kText + "  - identity: {a: b}\n");
  CHECK(world.run({"config", "lint", path, "--max-key-age=0"}) == 2);
  CHECK(contains(world.out.str(), path + ":7:16: error: unknown field \"a\" (resources[0].providers[1].identity) [unknown-field]\n"));
  CHECK(contains(world.out.str(), "an API server of 1.37 refuses it: 1 error, 2 warnings\n"));
  CHECK(world.err.str().empty());
  CHECK(world.run({"config", "lint", path, "--fail-on=none"}) == 0);
}

TEST_CASE("config lint exits with 0 for warnings, unless they are asked for", "[config_command]") {
  World world;
  CHECK(world.run({"config", "lint", "-"}, kText) == 0);
  CHECK(contains(world.out.str(), "standard input: an API server of 1.37 takes it: 0 errors, 2 warnings\n"));
  CHECK(world.run({"config", "lint", "-", "--fail-on", "warning"}, kText) == 2);
}

TEST_CASE("config lint for programs", "[config_command]") {
  World world;
  CHECK(world.run({"config", "lint", "-", "-o", "json"}, kText) == 0);
  CHECK(contains(world.out.str(), R"("rule": "sample-key")"));
  CHECK(contains(world.out.str(), R"("hash": "sha256:)"));
  CHECK(world.run({"config", "lint", world.write(kText), "-o", "sarif"}) == 0);
  CHECK(contains(world.out.str(), R"("ruleId": "sample-key")"));
  CHECK(contains(world.out.str(), R"("startLine": 6)"));
  CHECK(contains(world.out.str(), "\"uri\": \"file:///"));
}

TEST_CASE("mistakes on config's command line", "[config_command]") {
  World world;
  CHECK(world.run({"config"}) == 1);
  CHECK(contains(world.err.str(), "Available Commands:\n"));
  CHECK(contains(world.err.str(), "promote"));
  CHECK(world.run({"config", "--help"}) == 0);
  CHECK(contains(world.out.str(), "remove-key"));
  CHECK(world.run({"help", "config", "lint"}) == 0);
  CHECK(contains(world.out.str(), "kubectl encrypt config lint FILE [flags] [options]"));
  CHECK_FALSE(contains(world.out.str(), "--force"));
  CHECK(world.run({"config", "lnt", "x"}) == 1);
  CHECK(contains(world.err.str(), "unknown command \"lnt\" for \"kubectl encrypt config\""));
  CHECK(contains(world.err.str(), "lint"));
  CHECK(world.run({"config", "lint"}) == 1);
  CHECK(world.run({"config", "lint", "-", "--server-version", "2.0"}, kText) == 1);
  CHECK(contains(world.err.str(), "Invalid server-version value (2.0)"));
  CHECK(world.run({"config", "lint", "/nowhere/enc.yaml"}) == 1);
  CHECK(contains(world.err.str(), "/nowhere/enc.yaml"));
}

}  // namespace
}  // namespace kencrypt
