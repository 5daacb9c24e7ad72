#include "inventory/decryption_tally.h"

#include <catch2/catch.hpp>

#include "fakes/stored_values.h"

namespace kencrypt::inventory {
namespace {

const std::string kKeys =
    "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n"
    "- resources: [secrets]\n  providers:\n"
    "  - aescbc: {keys: [{name: key1, secret: AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=}]}\n"
    "  - kms: {apiVersion: v2, name: prov, endpoint: 'unix:///x'}\n";

const std::string kObject =
    R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"demo","namespace":"default"}})";

encryption::KeyRing ring(const std::string& more = "") {
  auto parsed = encryption::parse_key_ring(kKeys + more);
  REQUIRE(parsed);
  return *std::move(parsed);
}

Result<void> take(DecryptionTally& tally, const std::string& key, const std::string& value) {
  const auto object = parse_etcd_key(key);
  REQUIRE(object);
  return tally.take(*object, {.key = key, .value = value});
}

// The reason for which one value fails; "readable" or "unchecked" if it does not.
std::string outcome(const std::string& value, const std::string& config = "",
                    const std::string& key = std::string(fakes::kEtcdKey)) {
  const encryption::KeyRing keys = ring(config);
  DecryptionTally tally(keys);
  REQUIRE(take(tally, key, value));
  const DecryptionReport& report = tally.report();
  CHECK(report.total == 1);
  CHECK(report.readable + report.unchecked + report.unreadable == 1);
  if (report.readable == 1) return "readable";
  if (report.unchecked == 1) return "unchecked";
  return report.failures.at(0).reason;
}

TEST_CASE("what decrypts has to be an object, too") {
  CHECK(outcome(fakes::decoded(fakes::kAesCbc)) == "not-an-object");  // the vector's plaintext is "hello"
}

TEST_CASE("what the configuration cannot open is named with the reason") {
  CHECK(outcome(fakes::decoded(fakes::kAesGcm)) == "no-such-key");
  std::string changed = fakes::decoded(fakes::kAesCbc);
  changed.back() = static_cast<char>(changed.back() ^ 1);
  CHECK(outcome(changed) == "wrong-key");
  CHECK(outcome("k8s:enc:aescbc:v1:key1:short") == "damaged");
  CHECK(outcome(kObject) == "identity-not-allowed");
}

TEST_CASE("plaintext is readable where the configuration allows it, if it is the object of its key") {
  const std::string identity = "  - identity: {}\n";
  CHECK(outcome(kObject, identity) == "readable");
  CHECK(outcome("{}", identity) == "not-an-object");
  CHECK(outcome(kObject, identity, "/registry/secrets/default/other") == "other-object");
  CHECK(outcome(kObject, "", "/registry/configmaps/default/demo") == "readable");  // not configured: plaintext
}

TEST_CASE("only the plugin can tell of what it has encrypted") {
  CHECK(outcome(fakes::decoded(fakes::kKmsV2)) == "unchecked");
}

TEST_CASE("no failure says anything of the value") {
  const encryption::KeyRing keys = ring();
  DecryptionTally tally(keys);
  REQUIRE(take(tally, "/registry/secrets/a/b", R"({"data":"canary"})"));
  for (const DecryptionFailure& failure : tally.report().failures)
    CHECK(failure.message.find("canary") == std::string::npos);
}

}  // namespace
}  // namespace kencrypt::inventory
