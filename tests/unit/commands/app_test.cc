#include <catch2/catch.hpp>

#include <cctype>

#include "cli/flag.h"
#include "cli/global_flags.h"
#include "commands/command.h"
#include "commands/version_info.h"
#include "fakes/command_world.h"

namespace kencrypt {
namespace {

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("every command's flags are sound, and its help says how to use it", "[commands]") {
  for (const commands::Command& command : commands::runnable_commands()) {
    INFO(command.name);
    CHECK(cli::table_defect(cli::merge(command.flags, cli::global_flags())) == "");
    CHECK_FALSE(command.summary.empty());
    CHECK(contains(command.help.usage, "{program} " + command.name));
    CHECK_FALSE(command.help.examples.empty());
  }
}

TEST_CASE("a bare call prints help on standard error and fails; --help succeeds", "[commands]") {
  fakes::CommandWorld world;
  CHECK(world.run({}) == 1);
  CHECK(world.out.str().empty());
  CHECK(contains(world.err.str(), "Available Commands:"));
  CHECK(world.run({"--help"}) == 0);
  CHECK(world.err.str().empty());
  CHECK(contains(world.out.str(), "Available Commands:"));
  CHECK(world.run({"status", "-h"}) == 0);
  CHECK(contains(world.out.str(), "kubectl encrypt status --fail-on=plaintext"));
  CHECK(world.run({"help", "rewrite"}) == 0);
  CHECK(contains(world.out.str(), "kubectl encrypt rewrite [TYPE[,TYPE...] [NAME...] | TYPE TYPE... | TYPE/NAME...]"));
  CHECK(world.run({"options"}) == 0);
  CHECK(contains(world.out.str(), "--as-group"));
}

TEST_CASE("a mistyped command or flag says so, with a way on", "[commands]") {
  fakes::CommandWorld world;
  CHECK(world.run({"statsu"}) == 1);
  CHECK(contains(world.err.str(), "unknown command \"statsu\""));
  CHECK(contains(world.err.str(), "status"));
  CHECK(world.run({"status", "--foo"}) == 1);
  CHECK(world.err.str() == "error: unknown flag: --foo\nSee 'kubectl encrypt status --help' for usage.\n");
  CHECK(world.run({"status", "-o", "xml"}) == 1);
  CHECK(contains(world.err.str(), "unable to match a printer suitable for the output format \"xml\""));
}

TEST_CASE("the version in three forms", "[commands]") {
  fakes::CommandWorld world;
  world.cluster.documents["/version"] = {200, R"({"major":"1","gitVersion":"v1.37.2"})"};
  CHECK(world.run({"version"}) == 0);
  CHECK(contains(world.out.str(), "Client Version: v"));
  CHECK(contains(world.out.str(), "\nServer Version: v1.37.2\n"));
  CHECK(world.run({"version", "-o", "yaml"}) == 0);
  CHECK(contains(world.out.str(), "kind: Version"));
  CHECK(contains(world.out.str(), "serverVersion:\n  major: \"1\"\n  gitVersion: v1.37.2\n"));
  CHECK(world.run({"version", "-o", "json", "--client"}) == 0);
  CHECK(contains(world.out.str(), "\"clientVersion\": {"));
  CHECK_FALSE(contains(world.out.str(), "serverVersion"));
}

TEST_CASE("the plugin's own version is told whatever the server says", "[commands]") {
  fakes::CommandWorld world;
  world.cluster.documents["/version"] = {403, "{}"};
  CHECK(world.run({"version"}) == 1);
  CHECK(world.out.str().starts_with("Client Version: v"));
  CHECK(contains(world.err.str(), "Error from server"));
  for (const std::vector<std::string>& words : {std::vector<std::string>{"--version"}, {"status", "--version"}}) {
    CHECK(world.run(words) == 0);
    CHECK(world.out.str().starts_with("Client Version: v"));
  }
  std::ofstream(world.kubeconfig()) << "";
  CHECK(world.run({"version"}) == 0);
  CHECK(world.out.str().starts_with("Client Version: v"));
  CHECK(world.err.str().empty());
}

TEST_CASE("version takes kubectl's words only", "[commands]") {
  fakes::CommandWorld world;
  CHECK(world.run({"version", "a", "b"}) == 1);
  CHECK(world.err.str() == "error: extra arguments: [a b]\n");
  CHECK(world.run({"version", "-o", "wide"}) == 1);
  CHECK(world.err.str() == "error: --output must be 'yaml' or 'json'\n");
}

TEST_CASE("a colour that is none is refused", "[commands]") {
  fakes::CommandWorld world;
  CHECK(world.run({"status", "--color=blue"}) == 1);
  CHECK(world.err.str() == "error: Invalid color value (blue). Must be \"auto\", \"always\", or \"never\".\n");
}

TEST_CASE("an unknown format lists all that there are", "[commands]") {
  fakes::CommandWorld world;
  CHECK(world.run({"status", "-o", "go-template={{.kind}}"}) == 1);
  CHECK(world.err.str() ==
        "error: unable to match a printer suitable for the output format \"go-template={{.kind}}\", allowed formats are: "
        "custom-columns,custom-columns-file,html,json,jsonpath,jsonpath-as-json,jsonpath-file,name,prometheus,wide,yaml\n");
}

TEST_CASE("the version as a document lists the libraries that are linked in, each with its version", "[commands]") {
  std::string names;
  for (const Library& library : commands::libraries()) {
    names += library.name + " ";
    INFO(library.name << " " << library.version);
    CHECK(std::isdigit(static_cast<unsigned char>(library.version.front())) != 0);
    CHECK(contains(library.version, "."));
    fakes::CommandWorld world;
    CHECK(world.run({"version", "-o", "json", "--client"}) == 0);
    CHECK(contains(world.out.str(), "\"" + library.name + "\": \"" + library.version + "\""));
  }
  CHECK(names == "curl cxxopts fmt libsodium libyaml nghttp2 openssl rapidjson yaml-cpp zlib ");
}

}  // namespace
}  // namespace kencrypt
