#include "census/write_key.h"

#include <catch2/catch.hpp>

namespace kencrypt::census {
namespace {

constexpr const char* kCbc = "k8s:enc:aescbc:v1:";
constexpr const char* kBox = "k8s:enc:secretbox:v1:";
constexpr const char* kKms = "k8s:enc:kms:v2:vault:";

Scrape server() {
  Scrape scrape;
  scrape.resource_label = ResourceLabel::present;
  scrape.disabled_metrics = 0;
  scrape.process_start = 1000;
  scrape.to_storage = {{kCbc, 5}, {"key1:", 5}};
  return scrape;
}

WriteEvidence seen(const Scrape& first, const Scrape& last) {
  WriteEvidence evidence;
  evidence.add(first);
  evidence.add(last);
  return evidence;
}

// "aescbc/key1" or "?"; the basis is never empty.
std::string decide(const Scrape& first, const Scrape& last,
                   const encryption::EncryptionConfig* config = nullptr) {
  const coverage::WriteKey key = decide_write_key(seen(first, last), config);
  CHECK_FALSE(key.basis.empty());
  return key.under ? encryption::display(*key.under) : "?";
}
std::string decide(const Scrape& scrape, const encryption::EncryptionConfig* config = nullptr) {
  return decide(scrape, scrape, config);
}

const encryption::EncryptionConfig kFile{
    "sha256:f",
    {{encryption::Provider::secretbox, {"new", "old"}}, {encryption::Provider::aescbc, {"key1"}}}};

TEST_CASE("write key: no scrape, no answer") {
  CHECK_FALSE(decide_write_key({}, &kFile).under.has_value());
}

TEST_CASE("write key: a file equal to the server's settles it") {
  Scrape scrape = server();
  scrape.config_hash = "sha256:f";
  CHECK(decide(scrape, &kFile) == "secretbox/new");  // whatever was written before
  scrape.reloads = 3;
  CHECK(decide(scrape, &kFile) == "secretbox/new");
  const encryption::EncryptionConfig other_resource{"sha256:f", {}};
  CHECK(decide(scrape, &other_resource) == "identity");
  const encryption::EncryptionConfig kms{"sha256:f", {{encryption::Provider::kms_v2, {"vault"}}}};
  CHECK(decide(scrape, &kms) == "kmsv2/vault");
  const encryption::EncryptionConfig plain{
      "sha256:f", {{encryption::Provider::identity, {}}, {encryption::Provider::aescbc, {"key1"}}}};
  CHECK(decide(scrape, &plain) == "identity");
}

TEST_CASE("write key: another file than the server's settles nothing and is named") {
  Scrape scrape = server();
  scrape.config_hash = "sha256:g";
  const coverage::WriteKey key = decide_write_key(seen(scrape, scrape), &kFile);
  CHECK_FALSE(key.under.has_value());
  CHECK(key.basis.find("sha256:f") != std::string::npos);
  CHECK(key.basis.find("sha256:g") != std::string::npos);
}

TEST_CASE("write key: a file without a hash to compare it with proves nothing") {
  Scrape scrape = server();
  CHECK(decide(scrape, &kFile) == "aescbc/key1");  // from the writes, against the file
  scrape.to_storage.clear();
  CHECK(decide(scrape, &kFile) == "?");
}

TEST_CASE("write key: all writes of the process, if it never reloaded") {
  struct Row {
    PrefixCounts writes;
    std::string key;
  };
  const std::vector<Row> rows = {
      {{{kCbc, 5}, {"key1:", 5}}, "aescbc/key1"},
      {{{kCbc, 5}, {"a:b:", 5}}, "aescbc/a:b"},
      {{{"", 5}}, "identity"},
      {{{kKms, 5}}, "kmsv2/vault"},
      {{{kCbc, 5}, {"key1:", 5}, {kBox, 0}, {"key2:", 0}}, "aescbc/key1"},
      {{}, "?"},
      {{{kCbc, 0}, {"key1:", 0}}, "?"},
      {{{kCbc, 5}, {"key1:", 4}, {"key2:", 1}}, "?"},
      {{{kCbc, 5}, {kBox, 1}, {"key1:", 6}}, "?"},
      {{{"", 1}, {kCbc, 5}, {"key1:", 5}}, "?"},
      {{{kCbc, 5}, {kKms, 5}}, "?"},            // a key named like a KMS prefix?
      {{{kCbc, 10}}, "?"},                      // a key named like the prefix?
      {{{kKms, 5}, {"key1:", 5}}, "?"},
      {{{"", 5}, {"key1:", 5}}, "?"},
      {{{"key1:", 5}}, "?"},
      {{{"k8s:enc:new:v1:", 5}}, "?"},
      {{{"unexpected", 5}}, "?"},
  };
  for (const Row& row : rows) {
    Scrape scrape = server();
    scrape.to_storage = row.writes;
    CHECK(decide(scrape) == row.key);
  }
}

TEST_CASE("write key: after a reload the writes of before do not count") {
  Scrape first = server();
  if (GENERATE(true, false))
    first.reloads = 1;
  else
    first.last_reload = 1234;
  Scrape last = first;
  CHECK(decide(first, last) == "?");
  SECTION("writes of this run do") {
    last.to_storage = {{kCbc, 5}, {"key1:", 5}, {kBox, 2}, {"key2:", 2}};
    CHECK(decide(first, last) == "secretbox/key2");
    last.to_storage["key1:"] += 1;
    last.to_storage[kCbc] += 1;
    CHECK(decide(first, last) == "?");
  }
  SECTION("but not of another process or configuration") {
    last.to_storage = {{kCbc, 5}, {"key1:", 5}, {kBox, 2}, {"key2:", 2}};
    REQUIRE(decide(first, last) == "secretbox/key2");
    SECTION("process") { last.process_start = 1001; }
    SECTION("process not known") { first.process_start.reset(), last.process_start.reset(); }
    SECTION("server") { last.apiserver_id_hash = "sha256:z"; }
    SECTION("reload in the run") { last.reloads += 1; }
    SECTION("reload in the run, by its time") { last.last_reload += 1; }
    SECTION("counters fell") { last.to_storage["key1:"] = 4; }
    CHECK(decide(first, last) == "?");
  }
}

TEST_CASE("write key: a reload before the last scrape counts, whatever the first one said") {
  const Scrape first = server();
  Scrape last = first;
  last.reloads = 1;
  CHECK(decide(first, last) == "?");
}

TEST_CASE("write key: writes are not relied on where something may be hidden") {
  Scrape scrape = server();
  REQUIRE(decide(scrape) == "aescbc/key1");
  SECTION("resources are mixed") { scrape.resource_label = ResourceLabel::absent; }
  SECTION("no samples") { scrape.resource_label = ResourceLabel::no_samples; }
  SECTION("metrics turned off") { scrape.disabled_metrics = 2; }
  SECTION("not known whether metrics are turned off") { scrape.disabled_metrics.reset(); }
  SECTION("labels hidden") { scrape.relabelled = true; }
  CHECK(decide(scrape) == "?");
}

TEST_CASE("write key: servers of different configurations settle nothing") {
  Scrape first = server();
  first.config_hash = "sha256:e";
  Scrape last = server();
  last.config_hash = "sha256:f";
  CHECK(decide(first, last, &kFile) == "?");
  CHECK(decide(first, last) == "?");
  first.config_hash.reset();
  CHECK(decide(first, last, &kFile) == "?");
}

}  // namespace
}  // namespace kencrypt::census
