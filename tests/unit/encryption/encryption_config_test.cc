#include "encryption/encryption_config.h"

#include <catch2/catch.hpp>

#include "base/sha256.h"
#include "encryption/encryption_keys.h"

namespace kencrypt::encryption {
namespace {

constexpr std::string_view kHead =
    "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n";

std::string keyed(std::string_view type, std::string_view names) {
  std::string text = "  - " + std::string(type) + ":\n      keys:\n";
  for (const char name : names)
    text += "      - name: " + std::string(1, name) + "\n        secret: c2VjcmV0LXNlY3JldC0x\n";
  return text;
}

std::string entry(std::string_view resources, std::string_view providers) {
  return "- resources: [" + std::string(resources) + "]\n  providers:\n" + std::string(providers);
}

// What a file says of a resource, without its keys.
Result<EncryptionConfig> names_in(const std::string& text, const kube::Resource& resource) {
  TRY_ASSIGN(const KeyRing ring, parse_key_ring(text, KeyBytes::leave));
  return ring.names_for(resource.plural, resource.group);
}

// "aescbc/a+b identity", or the error.
std::string summary(const std::string& text, const kube::Resource& resource) {
  const auto config = names_in(text, resource);
  if (!config) return config.error().kind == ErrorKind::config ? "error" : "other error";
  std::string out;
  for (const ConfiguredProvider& one : config->providers) {
    out += out.empty() ? "" : " ";
    out += provider_name(one.provider);
    for (std::size_t i = 0; i < one.keys.size(); ++i) out += (i == 0 ? "/" : "+") + one.keys[i];
  }
  return out;
}

std::string of_secrets(const std::string& text) { return summary(text, kube::secrets_resource()); }

TEST_CASE("providers in order, with their keys") {
  const std::string text =
      std::string(kHead) +
      entry("secrets", keyed("secretbox", "a") + keyed("aescbc", "bc") + keyed("aesgcm", "d") +
                           "  - kms: {apiVersion: v2, name: vault, endpoint: unix:///s}\n"
                           "  - kms: {name: old, endpoint: unix:///t}\n"
                           "  - identity: {}\n");
  CHECK(of_secrets(text) == "secretbox/a aescbc/b+c aesgcm/d kmsv2/vault kmsv1/old identity");
  const auto config = names_in(text, kube::secrets_resource());
  REQUIRE(config.has_value());
  CHECK(config->writes() == StoredUnder{Provider::secretbox, "a"});
  CHECK(config->lists({Provider::aescbc, "c"}));
  CHECK_FALSE(config->lists({Provider::aescbc, "a"}));
  CHECK_FALSE(config->lists({Provider::kms_v1, "vault"}));
  CHECK(config->lists({Provider::identity, ""}));
  CHECK(config->hash == sha256_label(text));
}

TEST_CASE("JSON is read too") {
  CHECK(of_secrets(R"({"kind":"EncryptionConfiguration","apiVersion":"apiserver.config.k8s.io/v1",
    "resources":[{"resources":["secrets"],"providers":[{"aescbc":{"keys":[{"name":"k:1","secret":"eA=="}]}},
    {"identity":{}}]}]})") == "aescbc/k:1 identity");
}

TEST_CASE("which entry applies to a resource") {
  const std::string a = keyed("aescbc", "a"), b = keyed("aesgcm", "b"), c = keyed("secretbox", "c");
  const kube::Resource deployments{.group = "apps", .plural = "deployments"};
  const kube::Resource pods{.group = "", .plural = "pods"};
  const std::string text = std::string(kHead) + entry("events, secrets", a) + entry("secrets", b) +
                           entry("'*.apps'", b) + entry("'*.'", c) + entry("'*.*'", a + b);
  CHECK(of_secrets(text) == "aescbc/a aesgcm/b");  // both entries, in order
  CHECK(summary(text, deployments) == "aesgcm/b");
  CHECK(summary(text, pods) == "secretbox/c");
  CHECK(summary(text, {.group = "x.example", .plural = "foos"}) == "aescbc/a aesgcm/b");
  CHECK(of_secrets(std::string(kHead) + entry("configmaps", a)).empty());
  CHECK(of_secrets(std::string(kHead) + entry("secrets.example.com", a)).empty());
  const auto none = names_in(std::string(kHead) + entry("configmaps", a),
                                            kube::secrets_resource());
  REQUIRE(none.has_value());
  CHECK(none->writes() == std::nullopt);
}

TEST_CASE("what is not such a file is refused, and its content is not shown") {
  const std::string good = entry("secrets", keyed("aescbc", "a"));
  const std::vector<std::string> files = {
      "",
      "SENTINEL",
      "kind: EncryptionConfiguration\nresources:\n" + good,
      "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfig\nresources:\n" + good,
      std::string(kHead),
      std::string(kHead) + "  SENTINEL: [\n",
      std::string(kHead) + "- SENTINEL\n",
      std::string(kHead) + entry("secrets", "  - SENTINEL: {}\n"),
      std::string(kHead) + entry("secrets", "  - SENTINEL\n"),
      std::string(kHead) + entry("secrets", "  - aescbc: {keys: []}\n"),
      std::string(kHead) + entry("secrets", "  - aescbc: {keys: [{secret: SENTINEL}]}\n"),
      std::string(kHead) + entry("secrets", "  - aescbc: {keys: [{name: '', secret: SENTINEL}]}\n"),
      std::string(kHead) + entry("secrets", "  - aescbc: {keys: [SENTINEL]}\n"),
      std::string(kHead) +
          entry("secrets", "  - {identity: {}, aescbc: {keys: [{name: a, secret: SENTINEL}]}}\n"),
      std::string(kHead) + entry("secrets", "  - kms: {apiVersion: v3, name: SENTINEL}\n"),
      std::string(kHead) + entry("secrets", "  - kms: {apiVersion: v2}\n"),
      std::string(kHead) + entry("secrets", "  []\n"),
      std::string(kHead) + "- resources: secrets\n  providers: [{identity: {}}]\n",
  };
  for (const std::string& file : files) {
    CAPTURE(file);
    const auto config = names_in(file, kube::secrets_resource());
    REQUIRE_FALSE(config.has_value());
    CHECK(config.error().kind == ErrorKind::config);
    CHECK(config.error().message.find("SENTINEL") == std::string::npos);
  }
}

TEST_CASE("a file that is missing or too large") {
  const auto missing = read_key_ring("/nonexistent/encryption.yaml", KeyBytes::leave);
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().kind == ErrorKind::io);
  const auto endless = read_key_ring("/dev/zero", KeyBytes::leave);
  REQUIRE_FALSE(endless.has_value());
  CHECK(endless.error().kind == ErrorKind::too_large);
}

TEST_CASE("SHA-256 in the server's form") {
  CHECK(sha256_label("abc") ==
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("which resources a file encrypts, first match first") {
  const std::string identity = "  - identity: {}\n";
  const auto rules = parse_configured_rules(
      std::string(kHead) + entry("secrets", identity) + entry("secrets", keyed("aescbc", "a")) +
      entry("events", identity) + entry("widgets.example.com", identity + keyed("aescbc", "a")) +
      entry("'*.apps'", identity) + entry("'*.'", keyed("aescbc", "a")) +
      entry("'*.batch'", keyed("aescbc", "a")));
  REQUIRE(rules);
  CHECK(rules->size() == 6);
  CHECK(encrypts(*rules, "secrets", ""));  // both entries count, in order
  CHECK_FALSE(encrypts(*rules, "events", ""));
  CHECK(encrypts(*rules, "configmaps", ""));
  CHECK(encrypts(*rules, "widgets", "example.com"));  // identity first: a run decrypts them
  CHECK_FALSE(encrypts(*rules, "gadgets", "example.com"));
  CHECK_FALSE(encrypts(*rules, "deployments", "apps"));
  CHECK(encrypts(*rules, "jobs", "batch"));
  CHECK_FALSE(encrypts(*rules, "leases", "coordination.k8s.io"));
  const auto any =
      parse_configured_rules(std::string(kHead) + entry("leases.coordination.k8s.io", identity) +
                             entry("'*.*'", keyed("aescbc", "a")));
  REQUIRE(any);
  CHECK(encrypts(*any, "secrets", ""));
  CHECK(encrypts(*any, "gadgets", "example.com"));
  CHECK_FALSE(encrypts(*any, "leases", "coordination.k8s.io"));
}

}  // namespace
}  // namespace kencrypt::encryption
