#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "fakes/bolt_writer.h"
#include "fakes/command_world.h"
#include "fakes/wal_writer.h"

namespace kencrypt {
namespace {

using fakes::put_element;

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

const std::string kBody(48, 'x');
const std::string kConfig =
    "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n"
    "- resources: [secrets]\n  providers:\n"
    "  - aescbc: {keys: [{name: new, secret: AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=},\n"
    "                    {name: old, secret: AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=}]}\n"
    "  - identity: {}\n";
const std::string kPlain = R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"3","namespace":"a"},"data":"canary"})";

std::string database() {
  fakes::BoltWriter writer(4096);
  writer.bucket("key", writer.tree({put_element(2, "/registry/secrets/a/1", kPlain),
                                    put_element(3, "/registry/secrets/a/1", "k8s:enc:aescbc:v1:new:" + kBody),
                                    put_element(4, "/registry/secrets/a/2", "k8s:enc:aescbc:v1:old:" + kBody),
                                    put_element(5, "/registry/secrets/a/3", kPlain),
                                    put_element(6, "/registry/configmaps/b/1", kPlain)},
                                   10));
  writer.inline_bucket("meta", fakes::meta_elements(1));
  return writer.finish();
}

// `status` with a file to look at, which needs no cluster.
struct World : fakes::CommandWorld {
  World() {
    put("db", database());
    put("backup", fakes::BoltWriter::as_snapshot(database()));
    put("enc.yaml", kConfig);
  }
  std::string path(const std::string& name) const { return (directory.path() / name).string(); }
  void put(const std::string& name, const std::string& content) const {
    std::ofstream(path(name), std::ios::binary) << content;
  }
  int status(std::vector<std::string> words) {
    words.insert(words.begin(), "status");
    const int code = run(std::move(words));
    CHECK_FALSE(contains(out.str() + err.str(), "canary"));
    return code;
  }
};

void put_redacted(const World& world) {
  std::string text = kConfig;
  for (std::size_t at = 0; (at = text.find("AAEC")) != std::string::npos;) text.replace(at, 44, "REDACTED*");
  world.put("redacted.yaml", text);
}

TEST_CASE("status counts what a snapshot holds, with the keys of the configuration", "[commands]") {
  World world;
  CHECK(world.status({"--snapshot", world.path("backup"), "--config", world.path("enc.yaml")}) == 0);
  CHECK(contains(world.out.str(), "a           3         1         1       1           0         33%"));
  CHECK(contains(world.out.str(), "superseded   identity   1"));
  CHECK(world.status({"--snapshot", world.path("backup"), "--config", world.path("enc.yaml"), "--fail-on=stale"}) == 2);
  CHECK(world.status({"--snapshot", world.path("backup"), "--all-resources", "-o", "json"}) == 0);
  CHECK(contains(world.out.str(), R"("resource": "configmaps")"));
  CHECK(contains(world.out.str(), R"("evidence": "snapshot")"));
}

// Pages of several moments may look like those of one.
TEST_CASE("status calls nothing exact in a database file without a checksum", "[commands]") {
  World world;
  const std::vector<std::string> words = {"--snapshot", world.path("db"), "--config", world.path("enc.yaml")};
  const auto with = [&words](std::vector<std::string> more) {
    more.insert(more.begin(), words.begin(), words.end());
    return more;
  };
  CHECK(world.status(words) == 0);
  CHECK(contains(world.out.str(), "a           3         1         1       1           0         <unknown>"));
  CHECK(contains(world.out.str(), "which cannot be seen from it for certain"));
  CHECK(contains(world.out.str(), "superseded   identity   1"));
  CHECK(contains(world.err.str(), "Warning: the file has no checksum"));
  for (const char* by : {"--by=namespace", "--by=key", "--by=resource"}) {
    CHECK(world.status(with({by, "-o", "json"})) == 0);
    CHECK(contains(world.out.str(), R"("evidence": "unverified copy")"));
    CHECK(contains(world.out.str(), R"("residue": [)"));
    CHECK(contains(world.out.str(), R"("exact": false)"));
    CHECK_FALSE(contains(world.out.str(), R"("exact": true)"));
  }
  CHECK(world.status(with({"-n", "none", "-o", "json"})) == 0);
  CHECK_FALSE(contains(world.out.str(), R"("exact": true)"));
  CHECK(world.status(with({"-n", "none", "--fail-on=plaintext,stale"})) == 0);
  CHECK(world.status(with({"-n", "none", "--fail-on=unknown"})) == 2);
  CHECK(world.status(with({"-o", "name", "--find", "stale"})) == 0);
  CHECK(world.out.str() == "secrets/a/2\n");
  CHECK(contains(world.err.str(), "Warning: the file has no checksum"));
}

TEST_CASE("status counts by key and by resource, too", "[commands]") {
  World world;
  const std::vector<std::string> words = {"--snapshot", world.path("backup"), "--config", world.path("enc.yaml"),
                                          "--all-resources"};
  const auto with = [&words](const std::string& by) {
    auto all = words;
    all.push_back(by);
    return all;
  };
  CHECK(world.status(with("--by=key")) == 0);
  CHECK(world.out.str().starts_with("KEY          OBJECTS   STATE       NAMESPACES   RESOURCES\n"
                                    "identity     2         plaintext   2            configmaps,secrets\n"
                                    "aescbc/new   1         current     1            secrets\n"
                                    "aescbc/old   1         stale       1            secrets\n"
                                    "TOTAL        4"));
  CHECK(world.status(with("--by=resource")) == 0);
  CHECK(contains(world.out.str(), "\nsecrets      3         1"));
  CHECK(world.status(words) == 0);
  const std::string usual = world.out.str();
  CHECK(world.status(with("--by=namespace")) == 0);
  CHECK(world.out.str() == usual);
}

TEST_CASE("status names the very objects in a file", "[commands]") {
  World world;
  CHECK(world.status({"--snapshot", world.path("backup"), "--config", world.path("enc.yaml"), "--find", "stale", "-o",
                      "name"}) == 0);
  CHECK(world.out.str() == "secrets/a/2\n");
}

TEST_CASE("what does not decrypt fails the command, by name", "[commands]") {
  World world;
  CHECK(world.status({"--snapshot", world.path("backup"), "--config", world.path("enc.yaml"), "--decrypt"}) == 1);
  CHECK(contains(world.out.str(), "Decryption: of 3 objects 1 decrypt"));
  CHECK(contains(world.out.str(), "wrong-key"));
}

// As a shell gives it: status --config <(sops --decrypt enc.yaml)
TEST_CASE("the configuration is read once, so it may come through a pipe", "[commands]") {
  World world;
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  REQUIRE(write(ends[1], kConfig.data(), kConfig.size()) == static_cast<ssize_t>(kConfig.size()));
  close(ends[1]);
  CHECK(world.status({"--snapshot", world.path("backup"), "--config", "/dev/fd/" + std::to_string(ends[0]), "--decrypt",
                      "--safe-to-remove", "old"}) == 1);
  close(ends[0]);
  CHECK(contains(world.out.str(), "wrong-key"));
  CHECK(contains(world.out.str(), "1 objects are or may be stored under it: secrets in a"));
}

TEST_CASE("keys that are not needed are not read", "[commands]") {
  World world;
  put_redacted(world);
  CHECK(world.status({"--snapshot", world.path("backup"), "--config", world.path("redacted.yaml")}) == 0);
  CHECK(contains(world.out.str(), "a           3         1         1       1"));
  CHECK(world.status({"--snapshot", world.path("backup"), "--config", world.path("redacted.yaml"), "--decrypt"}) == 1);
  CHECK(contains(world.err.str(), "base64"));
}

TEST_CASE("a file never proves that a key may go", "[commands]") {
  World world;
  CHECK(world.status({"--snapshot", world.path("backup"), "--config", world.path("enc.yaml"), "--safe-to-remove", "other"}) ==
        2);
  CHECK(contains(world.out.str(), "May other go? No."));
  CHECK(contains(world.out.str(), "a snapshot tells what was stored when it was made"));
}

TEST_CASE("a log has values, but no counts of what is current", "[commands]") {
  World world;
  std::filesystem::create_directory(world.path("wal"));
  fakes::WalWriter log;
  log.put("/registry/secrets/a/1", kPlain);
  world.put("wal/0000000000000000-0000000000000000.wal", log.bytes());
  CHECK(world.status({"--wal", world.path("wal")}) == 0);
  CHECK(contains(world.out.str(), "write-ahead log   identity   1"));
  CHECK_FALSE(contains(world.out.str(), "COVERAGE"));
}

TEST_CASE("a report for the file is one page of HTML", "[commands]") {
  World world;
  CHECK(world.status({"--snapshot", world.path("backup"), "--config", world.path("enc.yaml"), "-o", "html"}) == 0);
  CHECK(world.out.str().starts_with("<!DOCTYPE html>"));
  CHECK(world.out.str().ends_with("</html>\n"));
  CHECK(contains(world.out.str(), "1 current, 1 stale, 1 plaintext, 0 unknown"));
}

TEST_CASE("the page and the table say it in the same words", "[commands]") {
  World world;
  const std::string cut = "k8s:enc:aescbc:v1:new:cut";  // too short to be anything
  fakes::BoltWriter writer(4096);
  writer.bucket("key", writer.tree({put_element(2, "/registry/secrets/a/3", cut),
                                    put_element(3, "/registry/secrets/a/3", kPlain),
                                    put_element(4, "/registry/secrets/a/2", "k8s:enc:new:v1:k:" + kBody)},
                                   10));
  writer.inline_bucket("meta", fakes::meta_elements(1));
  world.put("odd", writer.finish());
  const std::vector<std::string> words = {"--snapshot", world.path("odd"), "--config", world.path("enc.yaml"), "--decrypt",
                                          "--safe-to-remove", "old"};
  CHECK(world.status(words) == 1);
  const std::string table = world.out.str();
  auto page = words;
  page.insert(page.end(), {"-o", "html"});
  CHECK(world.status(page) == 1);
  const auto on_both = [&](const std::string& text) {
    CHECK(contains(table, text));
    CHECK(contains(world.out.str(), text));
  };
  on_both("Write key: aescbc/new (First in the given file.");
  on_both("Decryption: of 2 objects 1 decrypt and are what their keys say, 0 need their KMS plugin to tell, 1 cannot be");
  on_both("May old go? No.");
  CHECK(contains(table, "superseded   <unknown>   1"));
  CHECK(contains(world.out.str(), "&lt;unknown&gt;"));
  auto wide = words;
  wide.insert(wide.end(), {"-o", "wide"});
  CHECK(world.status(wide) == 1);
  CHECK(contains(world.out.str(), "identity=1, unrecognised/k8s:enc:new:v1:=1"));
}

TEST_CASE("a result goes into a file whole or not at all", "[commands]") {
  World world;
  const std::string file = world.path("out.prom");
  const auto content = [&file] {
    std::ifstream in(file);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  const std::vector<std::string> words = {"--snapshot", world.path("backup"), "-o", "prometheus", "--output-file", file};
  CHECK(world.status(words) == 0);
  CHECK(world.out.str().empty());
  CHECK(contains(content(), R"(kubectl_encrypt_status_info{evidence="snapshot",)"));
  using std::filesystem::perms;
  CHECK(std::filesystem::status(file).permissions() == (perms::owner_read | perms::owner_write | perms::group_read | perms::others_read));
  const std::string before = content();
  auto failing = words;
  failing[1] = world.path("enc.yaml");
  CHECK(world.status(failing) == 1);
  CHECK(content() == before);
  failing = words;
  failing.insert(failing.end(), {"--fail-on", "unknown", "-o", "json"});
  CHECK(world.status(failing) == 2);
  CHECK(content().starts_with("{"));
  failing = words;
  failing[5] = world.path("nowhere/out.prom");
  CHECK(world.status(failing) == 1);
  CHECK(contains(world.err.str(), "nowhere/out.prom"));
}

TEST_CASE("flags that do not go together are refused before anything is read", "[commands]") {
  World world;
  const std::vector<std::pair<std::vector<std::string>, std::string>> mistakes = {
      {{"--snapshot", "x", "--wal", "y"}, "exclude each other"},
      {{"--snapshot", "x", "--etcd-endpoints", "y"}, "exclude each other"},
      {{"--decrypt", "--config", world.path("enc.yaml")}, "--decrypt needs the stored values"},
      {{"--decrypt", "--snapshot", "x"}, "--decrypt needs the keys"},
      {{"--decrypt", "--wal", "x"}, "--decrypt does not go with --wal"},
      {{"--safe-to-remove", "k", "--wal", "x"}, "--safe-to-remove does not go with --wal"},
      {{"--by", "pod"}, "error: Invalid by value (pod). Must be \"key\", \"namespace\", or \"resource\"."},
      {{"--by", "key", "--wal", "x"}, "--by does not go with --wal"},
      {{"--snapshot", "x", "-l", "a=b"}, "selectors are the API server's"},
      {{"--snapshot", "x", "secrets/a"}, "takes no names"},
      {{"--snapshot", "/nonexistent"}, "/nonexistent"},
      {{"--snapshot", world.path("enc.yaml")}, "enc.yaml"},
  };
  for (const auto& [words, message] : mistakes) {
    CAPTURE(message);
    CHECK(world.status(words) == 1);
    CHECK(contains(world.err.str(), message));
    CHECK(world.out.str().empty());
  }
}

}  // namespace
}  // namespace kencrypt
