#include "inventory/tally.h"

#include <catch2/catch.hpp>

namespace kencrypt::inventory {
namespace {

using encryption::Provider;
using encryption::StoredUnder;

const std::string kBody(48, 'x');  // three blocks of AES, and long enough for every provider

Result<void> take(Tally& tally, const std::string& key, const std::string& value) {
  const auto object = parse_etcd_key(key);
  REQUIRE(object);
  return tally.take(*object, value);
}

// What was counted, a line a row: "resource namespace total unmeasured key=count ...".
std::string rows(const std::vector<coverage::NamespaceCount>& counts) {
  std::string text;
  for (const auto& count : counts) {
    text += count.resource + " " + count.name_space + " " + std::to_string(count.total) + " " +
            std::to_string(count.unmeasured);
    for (const auto& key : count.keys) text += " " + display(key.under) + "=" + std::to_string(key.min);
    text += "\n";
  }
  return text;
}

void take_all(Tally& tally, const std::vector<std::pair<std::string, std::string>>& entries) {
  for (const auto& [key, value] : entries) REQUIRE(take(tally, key, value));
}

TEST_CASE("a tally counts by resource, namespace, provider and key") {
  Tally tally({});
  take_all(tally, {{"/registry/configmaps/a/x", std::string("k8s\0cm", 6)},
                   {"/registry/secrets/a/1", "k8s:enc:aescbc:v1:key1:" + kBody},
                   {"/registry/secrets/a/2", "k8s:enc:aescbc:v1:key2:" + kBody},
                   {"/registry/secrets/a/3", "k8s:enc:aescbc:v1:key1:" + kBody},
                   {"/registry/secrets/b/1", std::string("k8s\0s", 5)},
                   {"/registry/secrets/b/2", "k8s:enc:secretbox:v1:key1:" + kBody}});
  CHECK(rows(tally.finish()) ==
        "configmaps a 1 0 identity=1\n"
        "secrets a 3 0 aescbc/key1=2 aescbc/key2=1\n"
        "secrets b 2 0 identity=1 secretbox/key1=1\n");
}

TEST_CASE("what no API server can have written is unknown, and the row is not exact") {
  Tally tally({});
  take_all(tally, {{"/registry/secrets/a/1", "k8s:enc:aescbc:v1:key1:" + kBody.substr(1)},
                   {"/registry/secrets/a/2", "k8s:enc:rot13:v1:key1:" + kBody},
                   {"/registry/secrets/a/3", "k8s:enc:aesgcm:v1:key1:short"},
                   {"/registry/secrets/a/4", "k8s:enc:aesgcm:v1:key1:" + kBody}});
  const auto counts = tally.finish();
  CHECK(counts.front().total == 4);
  CHECK(counts.front().unmeasured == 2);
  CHECK_FALSE(counts.front().exact);
  CHECK(counts.front().notes.size() == 2);
  REQUIRE(counts.front().keys.size() == 2);  // the unknown provider is counted as what it is
  CHECK(counts.front().keys[0].under == StoredUnder{Provider::aesgcm, "key1"});
  CHECK(counts.front().keys[1].under.provider == Provider::other);
}

TEST_CASE("a key name that could be read in two ways is in nobody's count") {
  const auto config = encryption::parse_encryption_config(
      "kind: EncryptionConfiguration\napiVersion: apiserver.config.k8s.io/v1\nresources:\n"
      "- resources: [secrets]\n  providers:\n"
      "  - aesgcm: {keys: [{name: a, secret: MDEyMzQ1Njc4OTAxMjM0NQ==}, {name: 'a:b', secret: "
      "MDEyMzQ1Njc4OTAxMjM0NQ==}]}\n",
      kube::secrets_resource());
  REQUIRE(config);
  Tally tally({.config_of = [&](const EtcdKey&) { return &*config; }});
  take_all(tally, {{"/registry/secrets/a/1", "k8s:enc:aesgcm:v1:a:" + kBody},
                   {"/registry/secrets/a/2", "k8s:enc:aesgcm:v1:a:b:" + kBody}});
  CHECK(rows(tally.finish()) == "secrets a 2 1 aesgcm/a=1\n");
}

TEST_CASE("keys of namespaces in turns are counted alike") {
  Tally tally({});
  take_all(tally, {{"/registry/secrets/a/1", "{}"}, {"/registry/secrets/b/1", "{}"}, {"/registry/secrets/a/2", "{}"}});
  CHECK(rows(tally.finish()) == "secrets a 2 0 identity=2\nsecrets b 1 0 identity=1\n");
}

TEST_CASE("a row of more keys than any configuration has is refused") {
  Tally tally({});
  Result<void> last;
  for (std::size_t i = 0; last && i <= kMaxKeysInRow; ++i)
    last = take(tally, "/registry/secrets/a/1", "k8s:enc:aesgcm:v1:k" + std::to_string(i) + ":" + kBody);
  REQUIRE_FALSE(last);
  CHECK(last.error().kind == ErrorKind::too_large);
}

}  // namespace
}  // namespace kencrypt::inventory
