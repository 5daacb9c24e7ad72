#include "inventory/collector.h"

#include <catch2/catch.hpp>

namespace kencrypt::inventory {
namespace {

const std::string kBody(48, 'x');

encryption::KeyRing ring() {
  auto parsed = encryption::parse_key_ring(
      "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n"
      "- resources: [secrets]\n  providers:\n"
      "  - aescbc: {keys: [{name: new, secret: AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=},\n"
      "                    {name: old, secret: AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=}]}\n"
      "- resources: [configmaps]\n  providers:\n"
      "  - secretbox: {keys: [{name: new, secret: AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=}]}\n");
  REQUIRE(parsed);
  return *std::move(parsed);
}

void fill(Collector& collector) {
  for (const auto& [key, value] : std::vector<std::pair<std::string, std::string>>{
           {"/registry/configmaps/a/1", "k8s:enc:secretbox:v1:new:" + kBody},
           {"/registry/secrets/a/1", "k8s:enc:aescbc:v1:new:" + kBody},
           {"/registry/secrets/a/2", "k8s:enc:aescbc:v1:old:" + kBody},
           {"/registry/secrets/a/3", "{}"},
           {"/registry/secrets/a/4", "k8s:enc:rot13:v1:x:" + kBody}})
    REQUIRE(collector.take({.key = key, .value = value}));
}

TEST_CASE("each resource is compared with its own write key") {
  const encryption::KeyRing keys = ring();
  Collector collector({.ring = &keys});
  fill(collector);
  const Collection all = collector.finish();
  CHECK(all.coverage.total.total == 5);
  CHECK(all.coverage.total.current == 2);
  CHECK(all.coverage.total.stale == 1);
  CHECK(all.coverage.total.plaintext == 1);
  CHECK(all.coverage.total.unknown == 1);
  REQUIRE(all.write_keys.size() == 2);
  CHECK(all.write_keys[0].second.under->key == "new");
  CHECK(all.write_keys[1].second.under->provider == encryption::Provider::aescbc);
}

TEST_CASE("without a configuration nothing is current") {
  Collector collector({});
  fill(collector);
  const Collection all = collector.finish();
  CHECK(all.coverage.total.current == 0);
  CHECK(all.coverage.total.unknown == 4);
  for (const auto& [resource, write_key] : all.write_keys) CHECK_FALSE(write_key.under);
}

TEST_CASE("the objects of a kind are named, up to a limit, and all are counted") {
  const encryption::KeyRing keys = ring();
  for (const auto& [kind, name] : std::vector<std::pair<coverage::Class, std::string>>{
           {coverage::Class::stale, "2"}, {coverage::Class::plaintext, "3"}, {coverage::Class::unknown, "4"}}) {
    Collector collector({.ring = &keys, .find = kind, .find_limit = 1});
    fill(collector);
    const Collection all = collector.finish();
    REQUIRE(all.found.size() == 1);
    CHECK(all.found[0].name == name);
    CHECK(all.found_in_all == 1);
  }
  Collector collector({.ring = &keys, .find = coverage::Class::current, .find_limit = 1});
  fill(collector);
  const Collection all = collector.finish();
  CHECK(all.found.size() == 1);
  CHECK(all.found_in_all == 2);
}

TEST_CASE("keys that are no objects, not wanted, or outside of the prefix are in no count") {
  const encryption::KeyRing keys = ring();
  Collector collector({.prefix = "/k",
                       .wanted = [](const EtcdKey& key) { return key.name_space == "b"; },
                       .ring = &keys,
                       .decrypt = true});
  for (const auto* key : {"/k/secrets/a/1", "/k/secrets/b/1", "/registry/secrets/b/1", "compact_rev_key", "/k/ranges/b/c"})
    REQUIRE(collector.take({.key = key, .value = "{}"}));
  const Collection all = collector.finish();
  CHECK(all.coverage.total.total == 1);
  REQUIRE(all.coverage.namespaces.size() == 1);
  CHECK(all.coverage.namespaces[0].name_space == "b");
  REQUIRE(all.decryption);
  CHECK(all.decryption->total == 1);
}

TEST_CASE("a scan that begins again leaves nothing behind") {
  const encryption::KeyRing keys = ring();
  Collector collector({.ring = &keys, .decrypt = true, .find = coverage::Class::stale, .find_limit = 9});
  fill(collector);
  collector.reset();
  fill(collector);
  const Collection all = collector.finish();
  CHECK(all.coverage.total.total == 5);
  CHECK(all.found.size() == 1);
  REQUIRE(all.decryption);
  CHECK(all.decryption->total == 5);
}

}  // namespace
}  // namespace kencrypt::inventory
