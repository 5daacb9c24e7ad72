// What enable, rotate and disable do before any API server is asked, and what lies beside the file.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "commands/rotation_files.h"
#include "fakes/command_world.h"

namespace kencrypt {
namespace {

namespace fs = std::filesystem;

struct World : fakes::CommandWorld {
  World() { REQUIRE(run({"config", "init", file(), "--key-name=one"}) == 0); }
  std::string file() const { return (directory.path() / "enc.yaml").string(); }
  std::string journal() const { return file() + ".rotation"; }
  std::string text() const {
    std::stringstream text;
    text << std::ifstream(file()).rdbuf();
    return text.str();
  }
  bool says(std::string_view part) const { return (out.str() + err.str()).find(part) != std::string::npos; }
};

TEST_CASE("rotate asks before it begins, and shows what it would do", "[rotation_command]") {
  World world;
  const std::string before = world.text();
  CHECK(world.run({"rotate", "--config", world.file(), "--key-name=two"}) == 1);
  CHECK(world.says("add --yes"));
  CHECK(world.run({"rotate", "--config", world.file(), "--key-name=two", "--dry-run=client"}) == 0);
  CHECK(world.says("rotate will go over from secretbox/one to two"));
  CHECK(world.says(" 10. "));
  CHECK(world.run({"rotate", "--config", world.file(), "--key-name=one", "--yes"}) == 0);
  CHECK(world.says("the key one writes already"));
  CHECK(world.text() == before);
  CHECK_FALSE(fs::exists(world.journal()));
  CHECK_FALSE(fs::exists(world.journal() + ".lock"));
}

TEST_CASE("command lines that are refused", "[rotation_command]") {
  World world;
  struct Row {
    std::vector<std::string> words;
    std::string why;
  };
  const auto row = GENERATE(values<Row>({
      {{"rotate"}, "--config is needed"},
      {{"rotate", "FILE", "stray"}, "stray is no word"},
      {{"rotate", "FILE", "--namespace=x", "--yes"}, "--namespace"},
      {{"rotate", "FILE", "--provider=des", "--yes"}, "Invalid provider value (des)"},
      {{"rotate", "FILE", "--provider=kms", "--yes"}, "--provider=kms needs --kms-name and --kms-endpoint"},
      {{"rotate", "FILE", "--kms-name=vault", "--yes"}, "--kms-name goes with --provider=kms"},
      {{"rotate", "FILE", "--strategy=guess", "--yes"}, "--strategy must be replace or patch"},
      {{"rotate", "FILE", "--assume-converged=sha256:abc", "--yes"}, "at least 12 digits"},
      {{"rotate", "FILE", "--force"}, "unknown flag: --force"},
      {{"rotate", "FILE", "--dry-run=server"}, "--dry-run=client"},
      {{"rotate", "--config=/none/enc.yaml", "--yes"}, "/none/enc.yaml"},
      {{"enable", "FILE", "--resources=configmaps", "--yes"}, "--resources is for a new file"},
      {{"rotate", "abort", "FILE"}, "no change of keys is under way"},
      {{"rotate", "status", "stray"}, "stray"},
  }));
  auto words = row.words;
  for (std::string& word : words)
    if (word == "FILE") word = "--config=" + world.file();
  CAPTURE(row.words);
  CHECK(world.run(words) == 1);
  CHECK(world.says(row.why));
}

TEST_CASE("a run that ends early leaves the journal, which holds no key, and says how to go on", "[rotation_command]") {
  World world;
  CHECK(world.run({"rotate", "--config", world.file(), "--key-name=two", "--yes", "--timeout=0"}) == 1);
  CHECK(world.says("run the same command again"));
  std::stringstream journal;
  journal << std::ifstream(world.journal()).rdbuf();
  CHECK(journal.str().find("\"newKey\": \"two\"") != std::string::npos);
  CHECK(journal.str().find("secret: ") == std::string::npos);
  CHECK((fs::status(world.journal()).permissions() & fs::perms::all) == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(world.run({"disable", "--config", world.file(), "--yes"}) == 1);
  CHECK(world.says("`rotate`, begun at"));
  CHECK(world.run({"rotate", "status", "--config", world.file()}) == 0);
  CHECK(world.says("Operation: rotate from secretbox/one to two"));
  CHECK(world.says("step 1 of 10"));
  std::ofstream(world.file(), std::ios::app) << "# by hand\n";
  CHECK(world.run({"rotate", "--config", world.file(), "--yes"}) == 1);
  CHECK(world.says("was changed by somebody else while `rotate` is under way"));
  CHECK(world.run({"rotate", "abort", "--config", world.file()}) == 0);
  CHECK_FALSE(fs::exists(world.journal()));
}

TEST_CASE("one run at a time, and nothing is left of one that has ended", "[rotation_command]") {
  const fakes::TempDir directory;
  const fs::path file = directory.path() / "enc.yaml";
  {
    const auto lock = commands::RotationLock::take(file);
    REQUIRE(lock);
    CHECK(commands::RotationLock::holder(file).value().has_value());
    const auto second = commands::RotationLock::take(file);
    REQUIRE_FALSE(second);
    CHECK(second.error().kind == ErrorKind::conflict);
  }
  CHECK(fs::is_empty(directory.path()));
  std::ofstream(file.string() + ".rotation.lock") << "1\n";  // of a run that was killed
  CHECK_FALSE(commands::RotationLock::holder(file).value().has_value());
  CHECK(commands::RotationLock::take(file).has_value());
}

}  // namespace
}  // namespace kencrypt
