#include "commands/kubectl_name.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "fakes/temp_dir.h"

namespace kencrypt::commands {
namespace {

namespace fs = std::filesystem;

std::string program_in(const fs::path& directory, std::string_view name) {
  fs::create_directories(directory);
  const fs::path path = directory / name;
  std::ofstream(path) << "#!/bin/sh\n";
  fs::permissions(path, fs::perms::owner_all);
  return path.string();
}

TEST_CASE("kubectl is called kubectl where the PATH leads to the one that started the plugin",
          "[kubectl_name]") {
  const fakes::TempDir root;
  const std::string first = program_in(root.path() / "first", "kubectl");
  const std::string second = program_in(root.path() / "second", "kubectl");
  fs::create_symlink(second, root.path() / "link");
  const std::string path = "PATH=/nonexistent:" + (root.path() / "second").string() + ":" +
                           (root.path() / "first").string();
  CHECK(kubectl_name(Variables({path})) == "kubectl");
  CHECK(kubectl_name(Variables({path, "KUBECTL_PATH=" + second})) == "kubectl");
  CHECK(kubectl_name(Variables({path, "KUBECTL_PATH=" + (root.path() / "link").string()})) ==
        "kubectl");
  CHECK(kubectl_name(Variables({path, "KUBECTL_PATH=" + first})) == first);
  CHECK(kubectl_name(Variables({path, "KUBECTL_PATH="})) == "kubectl");
  CHECK(kubectl_name(Variables({"KUBECTL_PATH=/opt/my kubectl's"})) == R"('/opt/my kubectl'\''s')");
  // What cannot be run is not what a shell finds.
  fs::permissions(second, fs::perms::owner_read);
  CHECK(kubectl_name(Variables({path, "KUBECTL_PATH=" + first})) == "kubectl");
}

TEST_CASE("only commands are named, not words about kubectl", "[kubectl_name]") {
  CHECK(name_kubectl("run \"kubectl get x\" (kubectl get y), as any kubectl command", "/k") ==
        "run \"/k get x\" (/k get y), as any kubectl command");
  CHECK(name_kubectl("\"kubectl a\" \"kubectl b\"", "kubectl-1.37") ==
        "\"kubectl-1.37 a\" \"kubectl-1.37 b\"");
  CHECK(name_program("kubectl encrypt", "/k") == "/k encrypt");
}

}  // namespace
}  // namespace kencrypt::commands
