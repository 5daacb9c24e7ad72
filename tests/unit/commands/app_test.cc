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
  for (const commands::Command& command : commands::all_commands()) {
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
  CHECK(world.run({"version"}) == 0);
  CHECK(world.out.str().starts_with("Version: v"));
  CHECK(world.run({"version", "-o", "yaml"}) == 0);
  CHECK(contains(world.out.str(), "kind: Version"));
}

TEST_CASE("the version as a document lists the libraries that are linked in, each with its version", "[commands]") {
  std::string names;
  for (const Library& library : commands::libraries()) {
    names += library.name + " ";
    INFO(library.name << " " << library.version);
    CHECK(std::isdigit(static_cast<unsigned char>(library.version.front())) != 0);
    CHECK(contains(library.version, "."));
    fakes::CommandWorld world;
    CHECK(world.run({"version", "-o", "json"}) == 0);
    CHECK(contains(world.out.str(), "\"" + library.name + "\": \"" + library.version + "\""));
  }
  CHECK(names == "curl cxxopts fmt libsodium nghttp2 openssl rapidjson yaml-cpp zlib ");
}

}  // namespace
}  // namespace kencrypt
