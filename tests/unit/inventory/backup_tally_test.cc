#include "inventory/backup_tally.h"

#include <catch2/catch.hpp>

#include "base/sha256.h"
#include "fakes/stored_values.h"

namespace kencrypt::inventory {
namespace {

using fakes::configuration;
using fakes::keyed;

const std::string kKey = fakes::counting_key(32);
const std::string kOtherKey(32, 'x');
const std::string kDemo(fakes::kEtcdKey);
const std::string kObject =
    R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"demo","namespace":"default"}})";

struct Backup {
  explicit Backup(const std::vector<std::string>& files) {
    for (const std::string& text : files) {
      auto ring = encryption::parse_key_ring(text);
      REQUIRE(ring);
      rings.push_back(*std::move(ring));
    }
  }
  BackupReport of(const std::vector<std::pair<std::string, std::string>>& values) const {
    BackupTally tally(rings, "/registry/");
    for (const auto& [key, value] : values) REQUIRE(tally.take({.key = key, .value = value}));
    return tally.finish();
  }
  std::vector<encryption::KeyRing> rings;
};

BackupReport one(const std::string& config, const std::string& value, const std::string& key = kDemo) {
  return Backup({config}).of({{key, value}});
}

TEST_CASE("a key that opens values is needed, with its fingerprint, and another of the file is not", "[backup]") {
  const BackupReport report = one(configuration(keyed("aesgcm", "idle", kOtherKey) + keyed("aescbc", "key1", kKey)),
                                  fakes::decoded(fakes::kAesCbc));
  CHECK(report.encrypted == 1);
  REQUIRE(report.keys.size() == 1);
  const NeededKey& key = report.keys[0];
  CHECK(key.state == KeyState::opens);
  CHECK(encryption::display(key.under) == "aescbc/key1");
  CHECK(key.fingerprint == sha256_label(kKey));
  CHECK(key.resources == std::map<std::string, std::uint64_t>{{"secrets", 1}});
  REQUIRE(report.unneeded.size() == 1);
  CHECK(report.unneeded[0].under.key == "idle");
  // The vector's plaintext is "hello".
  CHECK(report.readable == 0);
  REQUIRE(report.failures.size() == 1);
  CHECK(report.failures[0].reason == "not-an-object");
}

TEST_CASE("a key that no file has is missing", "[backup]") {
  const BackupReport report = one(configuration(keyed("aescbc", "key2", kKey)), fakes::decoded(fakes::kAesCbc));
  REQUIRE(report.keys.size() == 1);
  CHECK(report.keys[0].state == KeyState::missing);
  CHECK(encryption::display(report.keys[0].under) == "aescbc/key1");
  CHECK(report.keys[0].fingerprint.empty());
  CHECK(report.unreadable == 1);
  CHECK(report.failures.at(0).reason == "no-such-key");
  CHECK(report.unneeded.size() == 1);
}

TEST_CASE("a key of the name that does not open the value is wrong, and not called superfluous", "[backup]") {
  const BackupReport report = one(configuration(keyed("aescbc", "key1", kOtherKey)), fakes::decoded(fakes::kAesCbc));
  CHECK(report.keys.at(0).state == KeyState::wrong_key);
  CHECK(report.failures.at(0).reason == "wrong-key");
  CHECK(report.unneeded.empty());
}

TEST_CASE("of several files the one that opens is told", "[backup]") {
  const Backup backup({configuration(keyed("aescbc", "key1", kOtherKey)),
                       configuration(keyed("aesgcm", "key1", kKey) + keyed("aescbc", "key1", kKey))});
  const BackupReport report = backup.of({{kDemo, fakes::decoded(fakes::kAesCbc)}, {kDemo, fakes::decoded(fakes::kAesGcm)}});
  REQUIRE(report.keys.size() == 2);
  for (const NeededKey& key : report.keys) {
    CHECK(key.state == KeyState::opens);
    CHECK(key.file == 1);
    CHECK(key.fingerprint == sha256_label(kKey));
  }
  REQUIRE(report.unneeded.size() == 1);  // the first file's, of the same name and with other bytes
  CHECK(report.unneeded[0].file == 0);
}

TEST_CASE("the same key in two rules or files is one key", "[backup]") {
  const std::string file = configuration(keyed("aescbc", "key1", kKey));
  const BackupReport report = Backup({file, file}).of({});
  REQUIRE(report.unneeded.size() == 1);
  CHECK(report.unneeded[0].file == 0);
}

TEST_CASE("encrypted values of resources that the file no longer covers are looked at, too", "[backup]") {
  const BackupReport report = one(configuration(keyed("aescbc", "key1", kKey), "configmaps"), fakes::decoded(fakes::kAesCbc));
  CHECK(report.keys.at(0).state == KeyState::other_resource);
  CHECK(report.keys.at(0).fingerprint == sha256_label(kKey));
  CHECK(report.unreadable == 1);
  CHECK(report.failures.at(0).reason == "other-resource");
  CHECK(report.unneeded.empty());
  // Another key of that name would not help.
  CHECK(one(configuration(keyed("aescbc", "key1", kOtherKey), "configmaps"), fakes::decoded(fakes::kAesCbc)).keys.at(0).state ==
        KeyState::missing);
}

TEST_CASE("what is under a KMS is unknown, and says which of its keys it needs", "[backup]") {
  const std::string kms = "  - kms: {apiVersion: v2, name: prov, endpoint: 'unix:///x'}\n";
  const BackupReport report = one(configuration(kms), fakes::decoded(fakes::kKmsV2));
  CHECK(report.unchecked == 1);
  CHECK(report.readable + report.unreadable == 0);
  REQUIRE(report.keys.size() == 1);
  CHECK(report.keys[0].state == KeyState::needs_plugin);
  CHECK(report.keys[0].key_id == "kek-1");
  CHECK(report.keys[0].under.key_id_hash == sha256_label("kek-1"));
  CHECK(report.unneeded.empty());
  const BackupReport without = one(configuration(keyed("aescbc", "key1", kKey)), fakes::decoded(fakes::kKmsV2));
  CHECK(without.keys.at(0).state == KeyState::missing);
  CHECK(without.keys.at(0).key_id == "kek-1");
  CHECK(without.unreadable == 1);
}

TEST_CASE("plaintext needs identity where a file encrypts its resource, and nothing elsewhere", "[backup]") {
  const std::string encrypted = keyed("aescbc", "key1", kKey);
  CHECK(one(configuration(encrypted, "configmaps"), kObject).keys.empty());
  CHECK(one(configuration(encrypted, "configmaps"), kObject).readable == 1);
  const BackupReport allowed = one(configuration(encrypted + "  - identity: {}\n"), kObject);
  CHECK(allowed.readable == 1);
  CHECK(allowed.keys.at(0).state == KeyState::opens);
  CHECK(encryption::display(allowed.keys.at(0).under) == "identity");
  const BackupReport refused = one(configuration(encrypted), kObject);
  CHECK(refused.unreadable == 1);
  CHECK(refused.keys.at(0).state == KeyState::missing);
  // Plaintext of another object, whatever allows it.
  CHECK(one(configuration(encrypted, "configmaps"), kObject, "/registry/secrets/default/other").failures.at(0).reason ==
        "other-object");
}

TEST_CASE("damaged values, and encrypted ones whose key is no object's", "[backup]") {
  const std::string file = configuration(keyed("aescbc", "key1", kKey));
  CHECK(one(file, "k8s:enc:aescbc:v1:key1:short").keys.at(0).state == KeyState::damaged);
  const BackupReport report = one(file, fakes::decoded(fakes::kAesCbc), "/registry/secrets/default/");
  CHECK(report.strays == 1);
  CHECK(report.total == 0);
  CHECK(one(file, "1", "/registry/ranges/serviceips").strays == 0);
}

TEST_CASE("failures are in the order of their names, not of their revisions", "[backup]") {
  const Backup backup({configuration(keyed("aescbc", "key1", kKey))});
  BackupTally tally(backup.rings, "/registry/");
  const std::string value = "k8s:enc:aesgcm:v1:key1:" + std::string(48, 'x');
  for (const char* key : {"/registry/secrets/b/x", "/registry/secrets/a/z", "/registry/configmaps/c/y", "/registry/secrets/a/x"})
    REQUIRE(tally.take({.key = key, .value = value}));
  std::string names;
  for (const auto& one : tally.finish().failures) names += one.resource + "/" + one.name_space + "/" + one.name + " ";
  CHECK(names == "configmaps/c/y secrets/a/x secrets/a/z secrets/b/x ");
}

TEST_CASE("keys beyond any configuration's number are counted, not named", "[backup]") {
  const Backup backup({configuration(keyed("aescbc", "key1", kKey))});
  BackupTally tally(backup.rings, "/registry/");
  for (std::size_t i = 0; i < kMaxNeededKeys + 3; ++i) {
    const std::string value = "k8s:enc:aesgcm:v1:k" + std::to_string(i) + ":" + std::string(48, 'x');
    REQUIRE(tally.take({.key = kDemo, .value = value}));
  }
  const BackupReport report = tally.finish();
  CHECK(report.keys.size() == kMaxNeededKeys);
  CHECK(report.unlisted == 3);
  CHECK(report.unreadable == kMaxNeededKeys + 3);
  CHECK(report.failures.size() == kMaxNamedUnreadable);
}

}  // namespace
}  // namespace kencrypt::inventory
