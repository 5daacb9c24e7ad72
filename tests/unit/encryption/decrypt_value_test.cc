#include "encryption/decrypt_value.h"

#include <catch2/catch.hpp>

#include "encryption/encryption_keys.h"
#include "fakes/stored_values.h"

namespace kencrypt::encryption {
namespace {

using fakes::counting_key;
using fakes::decoded;
using fakes::keyed;

const std::string kOther = std::string(32, 'x');
constexpr std::string_view kIdentity = "  - identity: {}\n";

Decryption tried(const std::string& value, const std::string& providers,
                 std::string_view etcd_key = fakes::kEtcdKey) {
  const auto ring = parse_key_ring(fakes::configuration(providers));
  REQUIRE(ring);
  auto decryption = decrypt_value(value, etcd_key, ring->providers_for("secrets", ""));
  REQUIRE(decryption);
  return *std::move(decryption);
}

// "decrypts aescbc/key1 at 2", with the position only if it counts.
std::string outcome(const std::string& value, const std::string& providers,
                    std::string_view etcd_key = fakes::kEtcdKey) {
  const Decryption decryption = tried(value, providers, etcd_key);
  std::string out(outcome_name(decryption.outcome));
  out += " " + display(decryption.under);
  CHECK(decryption.plaintext.view() ==
        (decryption.outcome == Outcome::decrypts ? fakes::kPlaintext : ""));
  if (!is_unreadable(decryption.outcome)) out += " at " + std::to_string(decryption.position);
  return out;
}

TEST_CASE("a value of each provider under the key that wrote it", "[decrypt_value]") {
  const std::string key = counting_key(32);
  CHECK(outcome(decoded(fakes::kAesCbc), keyed("aescbc", "key1", key)) ==
        "decrypts aescbc/key1 at 0");
  CHECK(outcome(decoded(fakes::kAesGcm), keyed("aesgcm", "key1", key)) ==
        "decrypts aesgcm/key1 at 0");
  CHECK(outcome(decoded(fakes::kSecretbox), keyed("secretbox", "key1", key)) ==
        "decrypts secretbox/key1 at 0");
}

TEST_CASE("keys are tried in order", "[decrypt_value]") {
  const std::string key = counting_key(32);
  const std::string value = decoded(fakes::kAesCbc);
  CHECK(outcome(value, std::string(kIdentity) + keyed("aesgcm", "key1", key) +
                           keyed("aescbc", "key1", key)) == "decrypts aescbc/key1 at 2");
  // One name with other bytes first: nothing forbids that.
  CHECK(outcome(value, keyed("aescbc", "key1", kOther) + keyed("aescbc", "key1", key)) ==
        "decrypts aescbc/key1 at 1");
  const std::string two =
      "  - aescbc: {keys: [{name: key2, secret: AAECAwQFBgcICQoLDA0ODw==}, "
      "{name: key1, secret: " +
      std::string(encode_base64(key).view()) + "}]}\n";
  CHECK(outcome(value, two) == "decrypts aescbc/key1 at 1");
}

TEST_CASE("why a value does not decrypt", "[decrypt_value]") {
  const std::string key = counting_key(32);
  const std::string value = decoded(fakes::kAesGcm);
  CHECK(outcome(value, keyed("aesgcm", "key1", kOther)) == "wrong-key aesgcm/key1");
  CHECK(outcome(value, keyed("aesgcm", "key1", key), "/registry/secrets/default/copy") ==
        "wrong-key aesgcm/key1");
  CHECK(outcome(value, keyed("aesgcm", "key2", key)) == "no-such-key aesgcm/key1");
  CHECK(outcome(value, keyed("aesgcm", "key", key)) == "no-such-key aesgcm/key1");
  CHECK(outcome(value, keyed("aescbc", "key1", key)) == "no-such-key aesgcm/key1");
  CHECK(outcome(value, std::string(kIdentity)) == "no-such-key aesgcm/key1");
  CHECK(outcome(value.substr(0, 30), keyed("aesgcm", "key1", key)) == "damaged aesgcm/key1");
  CHECK(outcome(value.substr(0, 20), keyed("aesgcm", "key1", key)) == "damaged aesgcm");
  CHECK(outcome("k8s:enc:new:v1:key1:body", keyed("aesgcm", "key1", key)) ==
        "no-such-key unrecognised/k8s:enc:new:v1:");
}

TEST_CASE("what only a KMS plugin can decrypt is no fault of the value", "[decrypt_value]") {
  const std::string value = decoded(fakes::kKmsV2);
  const std::string kms = "  - kms: {apiVersion: v2, name: prov, endpoint: unix:///s}\n";
  CHECK(outcome(value, std::string(kIdentity) + kms) == "needs-kms-plugin kmsv2/prov at 0");
  CHECK(outcome(value, "  - kms: {apiVersion: v2, name: other}\n") == "no-such-key kmsv2/prov");
  CHECK(outcome(value, "  - kms: {apiVersion: v1, name: prov}\n") == "no-such-key kmsv2/prov");
  CHECK(outcome(value.substr(0, 60), kms) == "damaged kmsv2/prov");
}

TEST_CASE("plaintext", "[decrypt_value]") {
  const std::string value(fakes::kPlaintext);
  const std::string keys = keyed("aescbc", "key1", kOther);
  CHECK(outcome(value, keys + std::string(kIdentity)) == "not-encrypted identity at 1");
  CHECK(outcome(value, std::string(kIdentity) + keys) == "not-encrypted identity at 0");
  CHECK(outcome(value, keys) == "identity-not-allowed identity");
  const auto unnamed = decrypt_value(value, fakes::kEtcdKey, {});
  REQUIRE(unnamed);
  CHECK(unnamed->outcome == Outcome::not_encrypted);
  const auto encrypted = decrypt_value(decoded(fakes::kAesCbc), fakes::kEtcdKey, {});
  REQUIRE(encrypted);
  CHECK(encrypted->outcome == Outcome::no_such_key);
}

TEST_CASE("names that overlap: what decrypts counts", "[decrypt_value]") {
  // "k8s:enc:aesgcm:v1:key1:" + body, which the name "key1:x" does not fit.
  std::string value = decoded(fakes::kAesGcm);
  value.insert(value.find("key1"), "a:");
  const std::string key = counting_key(32);
  CHECK(outcome(value, keyed("aesgcm", "a", key) + keyed("aesgcm", "a:key1", key)) ==
        "decrypts aesgcm/a:key1 at 1");
  CHECK(outcome(value, keyed("aesgcm", "a", key)) == "wrong-key aesgcm/a");
}

}  // namespace
}  // namespace kencrypt::encryption
