#include <catch2/catch.hpp>

#include "commands/backup_verdict.h"
#include "fakes/bolt_writer.h"
#include "fakes/command_world.h"
#include "fakes/stored_values.h"

namespace kencrypt {
namespace {

using commands::BackupVerdict;
using fakes::put_element;

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

const std::string kPlain =
    R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"demo","namespace":"a"},"data":{"x":"canary"}})";
const std::string kConfig =
    fakes::configuration(fakes::keyed("aescbc", "key1", fakes::counting_key(32)) + "  - identity: {}\n");
const std::string kSecondKey = fakes::configuration(fakes::keyed("aesgcm", "key2", fakes::counting_key(32)));

std::string database(const std::string& value) {
  fakes::BoltWriter writer(4096);
  writer.bucket("key", writer.tree({put_element(2, "/registry/secrets/a/demo", value)}, 10));
  writer.inline_bucket("meta", fakes::meta_elements(1));
  return writer.finish();
}

struct World : fakes::CommandWorld {
  World() {
    put("enc.yaml", kConfig);
    put("second.yaml", kSecondKey);
    put("backup", fakes::BoltWriter::as_snapshot(database(kPlain)));
    put("db", database(kPlain));
    put("lost", fakes::BoltWriter::as_snapshot(database("k8s:enc:aescbc:v1:gone:" + std::string(48, 'x'))));
  }
  std::string path(const std::string& name) const { return (directory.path() / name).string(); }
  void put(const std::string& name, const std::string& content) const {
    std::ofstream(path(name), std::ios::binary) << content;
  }
  int verify(const std::string& snapshot, std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"backup", "verify", "--snapshot", path(snapshot), "--config", path("enc.yaml")};
    words.insert(words.end(), more.begin(), more.end());
    const int code = run(std::move(words));
    const std::string all = out.str() + err.str();
    CHECK_FALSE(contains(all, "canary"));
    CHECK_FALSE(contains(all, "AAECAwQF"));  // the key
    return code;
  }
};

TEST_CASE("backup verify says that all is well, or why not, by its exit code, too", "[commands]") {
  World world;
  CHECK(world.verify("backup") == 0);
  CHECK(contains(world.out.str(), "its SHA-256 is right."));
  CHECK(contains(world.out.str(), "Verified: 0 encrypted objects"));
  CHECK(contains(world.out.str(), "Not needed for this backup: aescbc/key1 of " + world.path("enc.yaml")));
  CHECK(world.verify("lost") == 2);
  CHECK(contains(world.out.str(), "KEY           FINGERPRINT   OBJECTS   STATE     RESOURCES\n"
                                  "aescbc/gone   <none>        1         missing   secrets=1\n"));
  CHECK(contains(world.out.str(), "Failed: 1 of 1 objects cannot be read.\n  - 1 object is stored under what the configuration does "
                                  "not have: aescbc/gone; "));
}

TEST_CASE("a file without a checksum is never verified", "[commands]") {
  World world;
  CHECK(world.verify("db") == 2);
  CHECK(contains(world.out.str(), "Unknown: 1 of 1 objects"));
  CHECK(world.verify("db", {"-o", "json"}) == 2);
  CHECK(contains(world.out.str(), R"("verdict": "unknown")"));
  CHECK(contains(world.out.str(), R"("evidence": "unverified copy")"));
  CHECK(world.verify("db", {"--fail-on=failed"}) == 0);
  CHECK(world.verify("lost", {"--fail-on=failed"}) == 2);
  CHECK(world.verify("lost", {"--fail-on=none"}) == 0);
}

TEST_CASE("a backup with nothing in it is not verified", "[commands]") {
  World world;
  CHECK(world.verify("backup", {"--etcd-prefix", "/other"}) == 2);
  CHECK(contains(world.out.str(), "no objects below /other/"));
}

TEST_CASE("backup verify in all formats, with several files", "[commands]") {
  World world;
  CHECK(world.verify("backup", {"--config", world.path("second.yaml"), "-o", "json"}) == 0);
  CHECK(contains(world.out.str(), R"("kind": "BackupVerification")"));
  CHECK(contains(world.out.str(), R"("key": "key2")"));
  CHECK(world.verify("backup", {"-o", "yaml"}) == 0);
  CHECK(contains(world.out.str(), "verdict: verified"));
  CHECK(world.verify("lost", {"-o", R"(jsonpath={.keys[?(@.state=="missing")].key})"}) == 2);
  CHECK(world.out.str() == "gone");
  CHECK(world.verify("lost", {"-o", "custom-columns=KEY:.key,N:.objects"}) == 2);
  CHECK(contains(world.out.str(), "gone   1"));
  CHECK(world.verify("lost", {"-o", "wide"}) == 2);
  CHECK(contains(world.out.str(), "KEY-ID"));
}

TEST_CASE("mistakes on backup's command line", "[commands]") {
  World world;
  CHECK(world.run({"backup"}) == 1);
  CHECK(contains(world.err.str(), "verify"));
  CHECK(world.run({"backup", "verify"}) == 1);
  CHECK(contains(world.err.str(), "--snapshot FILE"));
  CHECK(world.run({"backup", "verify", "--snapshot", world.path("backup")}) == 1);
  CHECK(contains(world.err.str(), "--config FILE"));
  CHECK(world.verify("backup", {"word"}) == 1);
  CHECK(world.verify("backup", {"--fail-on=x"}) == 1);
  CHECK(contains(world.err.str(), "Invalid fail-on value (x)"));
  CHECK(world.verify("backup", {"-o", "name"}) == 1);
  CHECK(world.verify("nothing") == 1);
  CHECK(world.verify("enc.yaml") == 1);  // no file of etcd's
  CHECK(world.verify("backup", {"--config", world.path("backup")}) == 1);
}

TEST_CASE("the judgement names keys by what is wrong with them, a few of many", "[commands]") {
  inventory::BackupReport report;
  report.total = report.unreadable = 9;
  for (int i = 0; i < 7; ++i)
    report.keys.push_back({.state = inventory::KeyState::missing,
                           .under = {encryption::Provider::aescbc, "k" + std::to_string(i)},
                           .objects = 1});
  auto judged = commands::judge_backup(report, true, "/registry/");
  CHECK(judged.verdict == BackupVerdict::failed);
  REQUIRE(judged.reasons.size() == 2);
  CHECK(contains(judged.reasons[0], "7 objects are stored under what the configuration does not have: aescbc/k0, "));
  CHECK(contains(judged.reasons[0], "aescbc/k4 and 2 more"));
  CHECK(judged.reasons[1].starts_with("2 objects are not what"));
  report = {};
  report.total = report.unchecked = 1;
  report.keys.push_back({.state = inventory::KeyState::needs_plugin, .under = {encryption::Provider::kms_v2, "vault"}, .objects = 1});
  judged = commands::judge_backup(report, true, "/registry/");
  CHECK(judged.verdict == BackupVerdict::unknown);
  CHECK(judged.reasons.at(0) == "1 object is under a KMS, whose plugin alone can tell: kmsv2/vault");
  report = {};
  report.total = report.readable = 1;
  report.strays = 1;
  CHECK(commands::judge_backup(report, true, "/registry/").verdict == BackupVerdict::unknown);
}

}  // namespace
}  // namespace kencrypt
