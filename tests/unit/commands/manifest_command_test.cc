#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "fakes/command_world.h"

namespace kencrypt {
namespace {

namespace fs = std::filesystem;

const std::string kManifest =
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: kube-apiserver\nspec:\n  containers:\n  - command:\n    - kube-apiserver\n"
    "    - --etcd-servers=https://127.0.0.1:2379\n    name: kube-apiserver\n";
const std::string kConfig =
    "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n- resources: [secrets]\n"
    "  providers:\n  - identity: {}\n";

struct World : fakes::CommandWorld {
  World() {
    fs::create_directories(directory.path() / "k8s/manifests");
    fs::create_directories(directory.path() / "k8s/enc");
    directory.write("k8s/manifests/kube-apiserver.yaml", kManifest);
    directory.write("k8s/enc/enc.yaml", kConfig);
  }
  std::string manifest() const { return (directory.path() / "k8s/manifests/kube-apiserver.yaml").string(); }
  std::string config() const { return (directory.path() / "k8s/enc/enc.yaml").string(); }
  std::string text() const { return directory.read("k8s/manifests/kube-apiserver.yaml"); }
  std::ptrdiff_t files(const std::string& name) const {
    return std::distance(fs::directory_iterator(directory.path() / name), {});
  }
  int patch(std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"manifest", "patch", manifest()};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
  int write(std::vector<std::string> more = {}) {
    more.insert(more.end(), {"--config", config(), "--write"});
    return patch(more);
  }
  bool says(std::string_view part) const { return (out.str() + err.str()).find(part) != std::string::npos; }
};

TEST_CASE("patch shows the difference and writes nothing", "[manifest_command]") {
  World world;
  CHECK(world.patch() == 0);
  CHECK(world.says("+    - --encryption-provider-config=/etc/kubernetes/enc/enc.yaml\n"));
  CHECK(world.says("Nothing is written yet"));
  CHECK(world.text() == kManifest);
  CHECK(world.files("k8s") == 2);
}

TEST_CASE("a written manifest keeps the mode and puts the former bytes where no kubelet looks", "[manifest_command]") {
  World world;
  REQUIRE(::chmod(world.manifest().c_str(), 0640) == 0);
  CHECK(world.write({"--reload"}) == 0);
  CHECK(world.says("patched; its former bytes are in " + (world.directory.path() / "k8s/kube-apiserver.yaml.before-").string()));
  CHECK(world.text().find("--encryption-provider-config=" + world.config()) != std::string::npos);
  CHECK((fs::status(world.manifest()).permissions() & fs::perms::mask) == fs::perms(0640));
  CHECK(world.files("k8s/manifests") == 1);
  CHECK(world.files("k8s") == 3);
  CHECK(world.run({"manifest", "check", world.manifest()}) == 0);
  CHECK(world.says("reload   on"));

  const std::string once = world.text();
  CHECK(world.write({"--reload"}) == 0);
  CHECK(world.says("unchanged"));
  CHECK(world.text() == once);
  CHECK(world.files("k8s") == 3);

  CHECK(world.patch({"--undo", "--write=false"}) == 0);
  CHECK(world.text() == once);
  CHECK(world.patch({"--undo"}) == 0);
  CHECK(world.text() == kManifest);
  CHECK((fs::status(world.manifest()).permissions() & fs::perms::mask) == fs::perms(0640));
  CHECK(world.files("k8s") == 2);
  CHECK(world.patch({"--undo"}) == 1);
  CHECK(world.says("nothing to undo"));
}

TEST_CASE("two patches are undone one after the other", "[manifest_command]") {
  World world;
  CHECK(world.write() == 0);
  const std::string first = world.text();
  CHECK(world.write({"--reload"}) == 0);
  CHECK(world.patch({"--undo"}) == 0);
  CHECK(world.text() == first);
  CHECK(world.patch({"--undo"}) == 0);
  CHECK(world.text() == kManifest);
}

TEST_CASE("a later change is not undone", "[manifest_command]") {
  World world;
  CHECK(world.write() == 0);
  const std::string later = world.text() + "# changed\n";
  world.directory.write("k8s/manifests/kube-apiserver.yaml", later);
  CHECK(world.patch({"--undo"}) == 1);
  CHECK(world.says("undoing would lose that change"));
  CHECK(world.text() == later);
}

TEST_CASE("nothing is written where the API server would not start", "[manifest_command]") {
  World world;
  CHECK(world.patch({"--config", world.config() + "x", "--write"}) == 1);
  CHECK(world.says("the API server would not start"));
  world.directory.write("k8s/enc/enc.yaml", "kind: Other\n");
  CHECK(world.write() == 1);
  CHECK(world.text() == kManifest);
  CHECK(world.files("k8s") == 2);
  CHECK(world.write({"--skip-config-check"}) == 0);
  CHECK(world.run({"manifest", "check", world.manifest()}) == 2);
  CHECK(world.says("file     wrong"));
}

TEST_CASE("the directory of the manifest is for manifests alone", "[manifest_command]") {
  World world;
  CHECK(world.write({"--backup-dir", (world.directory.path() / "k8s/manifests").string()}) == 1);
  CHECK(world.says("takes every file"));
  CHECK(world.patch({"--config", (world.directory.path() / "k8s/manifests/enc.yaml").string()}) == 1);
  CHECK(world.text() == kManifest);
  CHECK(world.write({"--backup-dir", (world.directory.path() / "k8s/enc").string()}) == 0);
  CHECK(world.files("k8s/enc") == 2);
}

TEST_CASE("a link is followed, other names are not forgotten", "[manifest_command]") {
  World world;
  fs::create_directories(world.directory.path() / "k8s/linked");
  const fs::path link = world.directory.path() / "k8s/linked/api.yaml";
  fs::create_symlink(world.manifest(), link);
  CHECK(world.run({"manifest", "patch", link.string(), "--config", world.config(), "--write"}) == 0);
  CHECK(fs::is_symlink(link));
  CHECK(world.text() != kManifest);
  CHECK(world.run({"manifest", "patch", link.string(), "--undo"}) == 0);
  CHECK(world.text() == kManifest);
  fs::create_hard_link(world.manifest(), world.directory.path() / "k8s/other.yaml");
  CHECK(world.write() == 1);
  CHECK(world.says("hard links"));
  CHECK(world.text() == kManifest);
}

TEST_CASE("a wrong line says what is wrong", "[manifest_command]") {
  World world;
  CHECK(world.run({"manifest"}) == 1);
  CHECK(world.run({"manifest", "check"}) == 1);
  CHECK(world.run({"manifest", "fix", "x"}) == 1);
  CHECK(world.says("unknown command \"fix\" for \"kubectl encrypt manifest\""));
  CHECK(world.run({"manifest", "check", world.manifest(), "--reload"}) == 1);
  CHECK(world.says("unknown flag: --reload"));
  CHECK(world.patch({"-o", "json"}) == 1);
  CHECK(world.patch({"--config", "enc.yaml"}) == 1);
  CHECK(world.says("--config has to be an absolute path"));
  CHECK(world.patch({"--undo", "--reload"}) == 1);
  CHECK(world.run({"manifest", "check", world.manifest() + "x"}) == 1);
  world.directory.write("k8s/manifests/kube-apiserver.yaml", "a: [\n");
  CHECK(world.run({"manifest", "check", world.manifest()}) == 1);
  CHECK(world.says(world.manifest() + ": not readable as YAML: line 2"));
}

TEST_CASE("check has a document, too", "[manifest_command]") {
  World world;
  CHECK(world.run({"manifest", "check", world.manifest(), "-o", "json"}) == 2);
  CHECK(world.says("\"kind\": \"ManifestCheck\""));
  CHECK(world.says("\"complete\": false"));
}

}  // namespace
}  // namespace kencrypt
