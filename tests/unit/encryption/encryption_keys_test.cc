#include "encryption/encryption_keys.h"

#include <catch2/catch.hpp>

#include "base/sha256.h"
#include "encryption/config_yaml.h"
#include "fakes/stored_values.h"

namespace kencrypt::encryption {
namespace {

using fakes::configuration;
using fakes::counting_key;
using fakes::keyed;

std::string with_secret(std::string_view type, std::string_view secret) {
  return configuration("  - " + std::string(type) +
                       ": {keys: [{name: k, secret: " + std::string(secret) + "}]}\n");
}

// "aescbc k=3 l=4": names and numbers of bytes, in order; or the error's message.
std::string summary(const std::string& text, std::string_view plural = "secrets",
                    std::string_view group = "") {
  const auto ring = parse_key_ring(text);
  if (!ring) {
    CHECK(ring.error().kind == ErrorKind::config);
    return ring.error().message;
  }
  std::string out;
  for (const ProviderKeys* one : ring->providers_for(plural, group)) {
    out += std::string(out.empty() ? "" : " ") + std::string(provider_name(one->provider));
    for (const NamedKey& key : one->keys)
      out += " " + key.name + "=" + std::to_string(key.secret.size());
  }
  return out;
}

TEST_CASE("keys with their bytes, in order", "[encryption_keys]") {
  const std::string text = configuration(
      keyed("aescbc", "a", counting_key(16)) + keyed("aesgcm", "b", counting_key(24)) +
      keyed("secretbox", "c", counting_key(32)) +
      "  - kms: {apiVersion: v2, name: vault, endpoint: unix:///s}\n  - identity: {}\n");
  CHECK(summary(text) == "aescbc a=16 aesgcm b=24 secretbox c=32 kmsv2 vault=0 identity");
  const auto ring = parse_key_ring(text);
  REQUIRE(ring);
  CHECK(ring->hash() == sha256_label(text));
  CHECK(ring->providers_for("secrets", "")[2]->keys[0].secret.view() == counting_key(32));
  const EncryptionConfig names = ring->names_for("secrets", "");
  CHECK(names.hash == ring->hash());
  CHECK(names.writes() == StoredUnder{Provider::aescbc, "a"});
  CHECK(names.lists({Provider::kms_v2, "vault"}));
}

TEST_CASE("which keys belong to a resource", "[encryption_keys]") {
  const std::string a = keyed("aescbc", "a", counting_key(32));
  const std::string b = keyed("aesgcm", "b", counting_key(32));
  const std::string text = configuration(a) + "- resources: ['*.apps']\n  providers:\n" + b +
                           "- resources: [secrets]\n  providers:\n" + b;
  CHECK(summary(text) == "aescbc a=32 aesgcm b=32");
  CHECK(summary(text, "deployments", "apps") == "aesgcm b=32");
  CHECK(summary(text, "configmaps") == "");
}

TEST_CASE("keys that YAML repeats by an alias are all read", "[encryption_keys]") {
  CHECK(summary(configuration(
            "  - aescbc: {keys: [&k {name: k, secret: &s AAECAwQFBgcICQoLDA0ODw==}, *k, "
            "{name: l, secret: *s}]}\n")) == "aescbc k=16 k=16 l=16");
}

TEST_CASE("secrets that no server takes are refused and not shown", "[encryption_keys]") {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {with_secret("aescbc", "SENTINEL"), "an AES key"},  // 6 bytes
      {with_secret("secretbox", "AAECAwQFBgcICQoLDA0ODw=="), "a secretbox key"},
      {with_secret("aescbc", "AAECAwQFBgcICQoLDA0ODw"), "base64"},       // no padding
      {with_secret("aescbc", "AAECAwQFBgcICQoLDA0OD_-="), "base64"},     // the URL alphabet
      {with_secret("aescbc", "'AAECAwQF BgcICQoLDA0ODw=='"), "base64"},  // a blank
      {with_secret("aescbc", "''"), "an AES key"},
      {with_secret("aescbc", "[SENTINEL]"), "no text"},
      {configuration("  - aesgcm: {keys: [{name: SENTINEL}]}\n"), "no secret"},
      {configuration("  - aesgcm: {keys: [{name: k, secret: }]}\n"), "a key"},
  };
  for (const auto& [text, reason] : rows) {
    CAPTURE(text);
    const std::string message = summary(text);
    CHECK(message.find("line 6") != std::string::npos);
    CHECK(message.find(reason) != std::string::npos);
    for (const auto* content : {"SENTINEL", "AAEC", "BgcI"})
      CHECK(message.find(content) == std::string::npos);
    CHECK(parse_key_ring(configuration("  - identity: {}\n")));
  }
}

TEST_CASE("line breaks in a secret are passed over, as the server does", "[encryption_keys]") {
  CHECK(summary(with_secret("aescbc", "\"AAECAwQF\\nBgcICQoLDA0ODw==\"")) == "aescbc k=16");
}

TEST_CASE("a small file cannot make a huge configuration", "[encryption_keys]") {
  std::string keys = "[&k {name: k, secret: AAECAwQFBgcICQoLDA0ODw==}";
  for (int i = 0; i < 200; ++i) keys += ", *k";
  std::string providers = "  - &p {aescbc: {keys: " + keys + "]}}\n";
  for (int i = 0; i < 50; ++i) providers += "  - *p\n";
  CHECK(summary(configuration(providers)).starts_with("aescbc"));
  for (int i = 0; i < 50; ++i) providers += "  - *p\n";
  CHECK(summary(configuration(providers)).find(std::to_string(kMaxConfigItems)) !=
        std::string::npos);
}

TEST_CASE("a key file that is missing, too large, or wrong", "[encryption_keys]") {
  const auto missing = read_key_ring("/nonexistent/encryption.yaml");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().kind == ErrorKind::io);
  const auto endless = read_key_ring("/dev/zero");
  REQUIRE_FALSE(endless);
  CHECK(endless.error().kind == ErrorKind::too_large);
  const auto empty = read_key_ring("/dev/null");
  REQUIRE_FALSE(empty);
  CHECK(empty.error().kind == ErrorKind::config);
  CHECK(empty.error().message.starts_with("reading /dev/null: "));
}

}  // namespace
}  // namespace kencrypt::encryption
