#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/sha256.h"
#include "fakes/command_world.h"

namespace kencrypt {
namespace {

namespace fs = std::filesystem;

struct World : fakes::CommandWorld {
  std::string file() const { return (directory.path() / "enc.yaml").string(); }
  static std::string read(const fs::path& path) {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }
  std::vector<fs::path> backups() const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(directory.path()))
      if (entry.path().filename().string().starts_with("enc.yaml.bak-")) found.push_back(entry.path());
    return found;
  }
  // All that any command has printed, for there must be no key in it.
  int run_and_keep(std::vector<std::string> words) {
    const int code = run(std::move(words));
    printed += out.str() + err.str();
    return code;
  }
  std::string printed;
};

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::vector<std::string> secrets_in(const std::string& text) {
  std::vector<std::string> secrets;
  for (std::size_t at = 0; (at = text.find("secret: ", at)) != std::string::npos; at += 8)
    secrets.push_back(text.substr(at + 8, text.find('\n', at) - at - 8));
  return secrets;
}

mode_t mode_of(const fs::path& path) {
  struct stat status {};
  ::stat(path.c_str(), &status);
  return status.st_mode & 0777U;
}

TEST_CASE("init, add-key and promote: files for their owner, each version kept, no key shown", "[config_command]") {
  World world;
  REQUIRE(world.run_and_keep({"config", "init", world.file(), "--key-name=one", "--resources=secrets, configmaps"}) == 0);
  CHECK(mode_of(world.file()) == 0600);
  const std::string first = World::read(world.file());
  CHECK(contains(world.out.str(), sha256_label(first)));
  REQUIRE(world.run_and_keep({"config", "add-key", world.file(), "--key-name=two"}) == 0);
  const std::string second = World::read(world.file());
  REQUIRE(world.run_and_keep({"config", "promote", "two", world.file()}) == 0);
  const std::string third = World::read(world.file());
  CHECK(mode_of(world.file()) == 0600);
  REQUIRE(world.backups().size() == 2);
  for (const fs::path& backup : world.backups()) {
    CHECK(mode_of(backup) == 0600);
    CHECK((World::read(backup) == first || World::read(backup) == second));
  }
  REQUIRE(secrets_in(third).size() == 2);
  CHECK(secrets_in(third)[0] == secrets_in(second)[1]);
  CHECK(secrets_in(third)[0] != secrets_in(third)[1]);
  CHECK(secrets_in(third)[0].size() == 44);
  CHECK(world.run_and_keep({"config", "show", world.file()}) == 0);
  CHECK(contains(world.out.str(), "secrets,configmaps"));
  CHECK(world.run_and_keep({"config", "lint", world.file(), "--fail-on=warning", "--max-key-age=0"}) == 0);
  for (const std::string& secret : secrets_in(third)) CHECK_FALSE(contains(world.printed, secret.substr(0, 8)));
}

TEST_CASE("two keys of one day have two names", "[config_command]") {
  World world;
  REQUIRE(world.run({"config", "init", world.file()}) == 0);
  REQUIRE(world.run({"config", "add-key", world.file()}) == 0);
  const std::string text = World::read(world.file());
  const std::size_t at = text.find("name: 'key-");
  REQUIRE(at != std::string::npos);
  CHECK(contains(text, "name: " + text.substr(at + 7, 14) + "-2\n"));
  CHECK(world.run({"config", "add-key", world.file(), "--key-name", text.substr(at + 7, 14)}) == 1);
  CHECK(contains(world.err.str(), "another name"));
}

TEST_CASE("init makes the directory of its file for the owner alone, and none above it", "[config_command]") {
  World world;
  const fs::path directory = world.directory.path() / "enc";
  REQUIRE(world.run({"config", "init", directory / "enc.yaml"}) == 0);
  CHECK(mode_of(directory) == 0700);
  CHECK(mode_of(directory / "enc.yaml") == 0600);
  CHECK(world.run({"config", "init", directory / "a" / "b" / "enc.yaml"}) == 1);
  CHECK(contains(world.err.str(), (directory / "a" / "b").string() + ": No such file or directory"));
}

TEST_CASE("init leaves a file that is there", "[config_command]") {
  World world;
  std::ofstream(world.file()) << "mine";
  CHECK(world.run({"config", "init", world.file()}) == 1);
  CHECK(contains(world.err.str(), "is there already"));
  CHECK(World::read(world.file()) == "mine");
}

TEST_CASE("a symbolic link stays, and what it leads to is changed", "[config_command]") {
  World world;
  const std::string link = (world.directory.path() / "link.yaml").string();
  REQUIRE(world.run({"config", "init", world.file(), "--key-name=one"}) == 0);
  fs::create_symlink("enc.yaml", link);
  REQUIRE(world.run({"config", "add-key", link, "--key-name=two"}) == 0);
  CHECK(fs::is_symlink(link));
  CHECK(contains(World::read(world.file()), "name: two"));
  CHECK(world.backups().size() == 1);
}

TEST_CASE("remove-key leaves the file without proof, and says what --force risks", "[config_command]") {
  World world;
  REQUIRE(world.run({"config", "init", world.file(), "--key-name=one"}) == 0);
  REQUIRE(world.run({"config", "add-key", world.file(), "--key-name=two"}) == 0);
  REQUIRE(world.run({"config", "promote", "two", world.file()}) == 0);
  const std::string before = World::read(world.file());
  CHECK(world.run({"config", "remove-key", "secretbox/one", world.file()}) != 0);
  CHECK(World::read(world.file()) == before);
  CHECK(world.run({"config", "remove-key", "two", world.file(), "--force"}) == 1);
  CHECK(contains(world.err.str(), "is written with the key"));
  CHECK(world.run({"config", "remove-key", "one", world.file(), "--force"}) == 0);
  CHECK(contains(world.err.str(), "cannot be read once the API servers have this file"));
  CHECK(secrets_in(World::read(world.file())).size() == 1);
  CHECK(world.run({"config", "remove-key", "vault/x", world.file()}) == 1);
  CHECK(contains(world.err.str(), "names no key of a file"));
}

TEST_CASE("a KMS is added, writes, and is followed by a key again", "[config_command]") {
  World world;
  REQUIRE(world.run({"config", "init", world.file(), "--key-name=one"}) == 0);
  const std::string before = World::read(world.file());
  const std::vector<std::string> add = {"config", "add-key", world.file(), "--provider=kms"};
  const auto with = [&add](std::vector<std::string> more) {
    more.insert(more.begin(), add.begin(), add.end());
    return more;
  };
  CHECK(world.run(add) == 1);
  CHECK(contains(world.err.str(), "needs --kms-name and --kms-endpoint"));
  CHECK(world.run(with({"--kms-name=vault", "--kms-endpoint=unix:///a", "--key-name=k"})) == 1);
  CHECK(contains(world.err.str(), "--key-name is for keys of the file"));
  CHECK(world.run({"config", "add-key", world.file(), "--kms-name=vault"}) == 1);
  CHECK(contains(world.err.str(), "--kms-name goes with --provider=kms"));
  CHECK(World::read(world.file()) == before);
  REQUIRE(world.run(with({"--kms-name=vault", "--kms-endpoint=unix:///a"})) == 0);
  CHECK(contains(world.out.str(), "Added kmsv2/vault"));
  CHECK(contains(world.out.str(), "config promote kmsv2/vault"));
  REQUIRE(world.run({"config", "promote", "kmsv2/vault", world.file()}) == 0);
  CHECK(world.run({"config", "remove-key", "kmsv2/vault", world.file(), "--force"}) == 1);
  REQUIRE(world.run({"config", "promote", "secretbox/one", world.file()}) == 0);
  REQUIRE(world.run({"config", "remove-key", "kmsv2/vault", world.file(), "--force"}) == 0);
  CHECK(World::read(world.file()) == before);
}

TEST_CASE("config show for programs", "[config_command]") {
  World world;
  REQUIRE(world.run({"config", "init", world.file(), "--provider=kms", "--kms-name=vault", "--kms-endpoint=unix:///a"}) == 0);
  CHECK(world.run({"config", "show", world.file(), "-o", "json"}) == 0);
  CHECK(contains(world.out.str(), R"("key": "vault")"));
  CHECK(contains(world.out.str(), sha256_label(World::read(world.file()))));
  std::ofstream(world.file()) << "kind: Secret\n";
  CHECK(world.run({"config", "show", world.file()}) == 1);
  CHECK(contains(world.err.str(), "config lint"));
}

}  // namespace
}  // namespace kencrypt
