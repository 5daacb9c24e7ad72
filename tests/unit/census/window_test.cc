#include "census/window.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>

namespace kencrypt::census {
namespace {

constexpr const char* kCbc = "k8s:enc:aescbc:v1:";
constexpr const char* kGcm = "k8s:enc:aesgcm:v1:";
constexpr const char* kBox = "k8s:enc:secretbox:v1:";

Scrape idle() {
  Scrape scrape;
  scrape.resource_label = ResourceLabel::present;
  scrape.from_storage = {{"identity", 5}, {kCbc, 7}, {"key1:", 7}};
  scrape.process_start = 1000;
  scrape.disabled_metrics = 0;
  scrape.minor_release = 37;
  scrape.counts_transformations = true;
  scrape.connections_opened = 1;
  return scrape;
}

Scrape plus(Scrape scrape, const PrefixCounts& added) {
  for (const auto& [prefix, count] : added) scrape.from_storage[prefix] += count;
  return scrape;
}

std::string show(const WindowResult& window) {
  std::string text = window.claim == Claim::exact    ? "exact"
                     : window.claim == Claim::bounds ? "bounds"
                                                     : "none";
  for (const coverage::KeyBounds& key : window.keys)
    text += fmt::format(" {}={}..{}", encryption::display(key.under), key.min, key.max);
  return text;
}

WindowResult measure(const Scrape& before, const Scrape& after, std::uint64_t reads,
                     const encryption::EncryptionConfig* config = nullptr) {
  static const kube::Resource secrets = kube::secrets_resource();
  return measure_window({before, after, reads, secrets, config});
}

TEST_CASE("window: differences and what they prove") {
  struct Row {
    std::uint64_t reads;
    PrefixCounts added;
    std::string result;
    Remedy remedy;
  };
  const std::vector<Row> rows = {
      {3, {{"identity", 3}}, "exact identity=3..3", Remedy::none},
      {3, {{kCbc, 3}, {"key1:", 3}}, "exact aescbc/key1=3..3", Remedy::none},
      {3, {{kCbc, 3}, {"key1:", 1}, {"key2:", 2}}, "exact aescbc/key1=1..1 aescbc/key2=2..2", Remedy::none},
      {3, {{"identity", 1}, {kCbc, 1}, {kGcm, 1}, {"k:", 2}},
       "exact identity=1..1 aescbc/k=1..1 aesgcm/k=1..1", Remedy::none},
      {4, {{"k8s:enc:kms:v2:vault:", 3}, {"k8s:enc:kms:v1:old:one:", 1}},
       "exact kmsv1/old:one=1..1 kmsv2/vault=3..3", Remedy::none},
      {0, {}, "exact", Remedy::none},
      // Noise: each is at least what the others leave over.
      {3, {{"identity", 2}, {kCbc, 2}, {"key1:", 2}}, "bounds identity=1..2 aescbc/key1=0..2",
       Remedy::repeat},
      {3, {{"identity", 9}}, "exact identity=3..3", Remedy::none},  // there is nothing else it could be
      {3, {{"identity", 4}, {kCbc, 1}, {"key1:", 1}}, "bounds identity=2..3 aescbc/key1=0..1",
       Remedy::repeat},
      // Two providers and two key names: who has which key?
      {4, {{kCbc, 2}, {kBox, 2}, {"a:", 2}, {"b:", 2}},
       "bounds aescbc/a=0..2 aescbc/b=0..2 secretbox/a=0..2 secretbox/b=0..2", Remedy::split},
      {10, {{kCbc, 9}, {kBox, 1}, {"a:", 9}, {"b:", 1}},
       "bounds aescbc/a=8..9 aescbc/b=0..1 secretbox/a=0..1 secretbox/b=0..1", Remedy::split},
      // A key named like a KMS prefix: nothing may be concluded from the latter.
      {3, {{kCbc, 3}, {"k8s:enc:kms:v2:x:", 3}},
       "bounds aescbc/k8s:enc:aescbc:v1=0..3 aescbc/k8s:enc:kms:v2:x=0..3 kmsv2/x=0..3", Remedy::repeat},
      // One read too many: it may have been of a key that is named like the prefix.
      {9, {{kCbc, 10}, {"key1:", 10}}, "bounds aescbc/key1=8..9", Remedy::repeat},
      // A key named like its own outer prefix.
      {3, {{kCbc, 6}}, "exact aescbc/k8s:enc:aescbc:v1=3..3", Remedy::none},
      {3, {{"k8s:enc:new:v1:", 3}}, "exact unrecognised/k8s:enc:new:v1:=3..3", Remedy::none},
      {3, {{kCbc, 3}}, "none", Remedy::repeat},             // no key at all
      {3, {{kCbc, 3}, {"key1:", 2}}, "none", Remedy::repeat},  // a key too few
      {3, {{"identity", 3}, {"unexpected", 1}}, "none", Remedy::none},
  };
  for (const Row& row : rows) {
    const WindowResult window = measure(idle(), plus(idle(), row.added), row.reads);
    CAPTURE(row.result);
    CHECK(show(window) == row.result);
    CHECK(window.remedy == row.remedy);
    CHECK_FALSE(window.spread);
    CHECK(window.reason.empty() == (window.claim == Claim::exact));
  }
}

TEST_CASE("window: a known configuration tells which provider has which key") {
  encryption::EncryptionConfig config{
      "sha256:x",
      {{encryption::Provider::secretbox, {"b"}}, {encryption::Provider::aescbc, {"a"}}}};
  const PrefixCounts mix = {{kCbc, 2}, {kBox, 3}, {"a:", 2}, {"b:", 3}};
  Scrape before = idle();
  before.config_hash = "sha256:x";
  CHECK(show(measure(before, plus(before, mix), 5, &config)) ==
        "exact aescbc/a=2..2 secretbox/b=3..3");
  SECTION("and that no key is named like a prefix, so that noise of the same key does no harm") {
    CHECK(show(measure(before, plus(before, {{kCbc, 9}, {"a:", 9}}), 5, &config)) ==
          "exact aescbc/a=5..5");
    CHECK(show(measure(before, plus(before, {{kCbc, 9}, {"a:", 9}}), 5)) == "bounds aescbc/a=1..5");
  }
  SECTION("also where they share a name, as far as the other names leave no choice") {
    config.providers = {{encryption::Provider::aescbc, {"key2", "key1", "shared"}},
                        {encryption::Provider::secretbox, {"shared"}}};
    CHECK(show(measure(before, plus(before, {{kCbc, 6}, {kBox, 9}, {"key1:", 2}, {"key2:", 4}, {"shared:", 9}}),
                       15, &config)) == "exact aescbc/key1=2..2 aescbc/key2=4..4 secretbox/shared=9..9");
  }
  SECTION("and that a key is named like a prefix, where noise leaves room for it") {
    config.providers = {{encryption::Provider::aescbc, {"key2", "k8s:enc:kms:v2:x"}}};
    const PrefixCounts hostile = {{kCbc, 3}, {"k8s:enc:kms:v2:x:", 2}, {"key2:", 1}};
    CHECK(show(measure(before, plus(before, hostile), 3, &config)) ==
          "bounds aescbc/k8s:enc:kms:v2:x=0..2 aescbc/key2=0..1 kmsv2/x=0..2");
    CHECK(show(measure(before, plus(before, hostile), 3)) == "bounds aescbc/key2=0..1 kmsv2/x=0..2");
  }
  SECTION("but not if it is not the server's") {
    config.hash = "sha256:y";
    CHECK(measure(before, plus(before, mix), 5, &config).claim == Claim::bounds);
  }
  SECTION("and not if the counts belie it") {
    config.providers = {{encryption::Provider::secretbox, {"a"}},
                        {encryption::Provider::aescbc, {"b"}}};
    CHECK(measure(before, plus(before, mix), 5, &config).claim == Claim::none);
  }
}

TEST_CASE("window: reads that failed first under a key of the same name are reported") {
  Scrape after = plus(idle(), {{kCbc, 5}, {"key1:", 5}});
  after.from_storage_failed = {{"key1:", 2}, {kCbc, 2}};
  const WindowResult window = measure(idle(), after, 5);
  REQUIRE(window.keys.size() == 1);
  CHECK(window.keys[0].shadowed == 2);
  CHECK(window.claim == Claim::exact);
}

TEST_CASE("window: void unless both scrapes belong together") {
  const Scrape before = idle();
  Scrape after = plus(before, {{"identity", 3}});
  REQUIRE(measure(before, after, 3).claim == Claim::exact);
  bool spread = false;
  SECTION("a counter fell") { after.from_storage["key1:"] = 6; }
  SECTION("a counter is gone") { after.from_storage.erase("key1:"); }
  SECTION("a new connection") { after.connections_opened = 2; }
  SECTION("another process by its start, on the same connection") {
    after.process_start = 1001;
    spread = true;
  }
  SECTION("no process start") { after.process_start.reset(); }
  SECTION("configuration appeared") { after.config_hash = "sha256:x"; }
  SECTION("configuration reloaded, by its counter") { after.reloads = 1; }
  SECTION("configuration reloaded, by its time") { after.last_reload = 1234; }
  SECTION("labels are hidden") { after.relabelled = true; }
  SECTION("fewer reads than made: they went elsewhere") {
    after = plus(before, {{"identity", 2}});
    spread = true;
  }
  SECTION("the series exist and none moved") {
    after = before;
    spread = true;
  }
  const WindowResult window = measure(before, after, 3);
  CHECK(window.claim == Claim::none);
  CHECK(window.keys.empty());
  CHECK(window.spread == spread);
  CHECK_FALSE(window.reason.empty());
}

TEST_CASE("window: void if the API server or its configuration is another one") {
  Scrape before = idle();
  before.config_hash = "sha256:x";
  before.apiserver_id_hash = "sha256:a";
  Scrape after = plus(before, {{"identity", 3}});
  REQUIRE(measure(before, after, 3).claim == Claim::exact);
  SECTION("server") {
    after.apiserver_id_hash = "sha256:b";
    CHECK(measure(before, after, 3).spread);
  }
  SECTION("configuration") { after.config_hash = "sha256:y"; }
  CHECK(measure(before, after, 3).claim == Claim::none);
}

TEST_CASE("window: counters that mix all resources give upper bounds only") {
  Scrape before = idle();
  before.resource_label = ResourceLabel::absent;
  const WindowResult window = measure(before, plus(before, {{kCbc, 3}, {"key1:", 3}}), 3);
  CHECK(show(window) == "bounds aescbc/key1=0..3");
  CHECK(window.remedy == Remedy::none);
  CHECK(show(measure(before, before, 3)) == "bounds");  // nor is silence plaintext
  // What is certain of one cell is not, where our reads need not be among those counted.
  const PrefixCounts mix = {{kCbc, 1}, {kBox, 2}, {"a:", 2}, {"b:", 1}};
  CHECK(show(measure(before, plus(before, mix), 3)) ==
        "bounds aescbc/a=0..1 aescbc/b=0..1 secretbox/a=0..2 secretbox/b=0..1");
  before.config_hash = "sha256:x";
  const encryption::EncryptionConfig config{"sha256:x",
                                            {{encryption::Provider::aescbc, {"key1", "shared"}},
                                             {encryption::Provider::secretbox, {"shared"}}}};
  CHECK(show(measure(before, plus(before, {{kCbc, 2}, {kBox, 9}, {"key1:", 2}, {"shared:", 9}}), 11, &config)) ==
        "bounds aescbc/key1=0..2 aescbc/shared=0..2 secretbox/shared=0..9");
}

// No samples of the resource at all, in a process that would have had some.
struct Silence {
  Scrape before = idle();
  Scrape after;
  kube::Resource resource = kube::secrets_resource();
  Silence() {
    before.from_storage.clear();
    after = before;
    after.gets_served = 3;
  }
  WindowResult measure(const encryption::EncryptionConfig* config = nullptr) const {
    return measure_window({before, after, 3, resource, config});
  }
};

TEST_CASE("absence: no samples after successful reads prove plaintext") {
  Silence silence;
  CHECK(show(silence.measure()) == "exact identity=3..3");
  CHECK(silence.measure().by_absence);
  SECTION("also where nothing at all is encrypted, on any release") {
    silence.before.resource_label = silence.after.resource_label = ResourceLabel::no_samples;
    CHECK(silence.measure().claim == Claim::exact);
  }
  SECTION("also with a configuration of other resources whose samples are there") {
    silence.before.config_hash = silence.after.config_hash = "sha256:x";
    CHECK(silence.measure().claim == Claim::exact);
  }
  SECTION("also with a configuration that is known not to name the resource") {
    silence.before.config_hash = silence.after.config_hash = "sha256:x";
    silence.before.resource_label = silence.after.resource_label = ResourceLabel::no_samples;
    const encryption::EncryptionConfig config{"sha256:x", {}};
    CHECK(silence.measure(&config).claim == Claim::exact);
  }
}

TEST_CASE("absence: anything less is unknown") {
  Silence silence;
  REQUIRE(silence.measure().claim == Claim::exact);
  std::optional<encryption::EncryptionConfig> config;
  SECTION("a resource that an aggregated API server may hold") { silence.resource.group = "x.example"; }
  SECTION("no storage metrics") { silence.after.counts_transformations = false; }
  SECTION("metrics are turned off") { silence.after.disabled_metrics = 1; }
  SECTION("not said whether metrics are turned off") { silence.after.disabled_metrics.reset(); }
  SECTION("release not known") { silence.after.minor_release.reset(); }
  SECTION("release not checked") { silence.after.minor_release = 38; }
  SECTION("the reads were not answered by this process") { silence.after.gets_served = 2; }
  SECTION("labels are hidden") { silence.after.relabelled = true; }
  SECTION("an unknown configuration and no samples of anything") {
    silence.before.config_hash = silence.after.config_hash = "sha256:x";
    silence.before.resource_label = silence.after.resource_label = ResourceLabel::no_samples;
  }
  SECTION("the configuration names the resource") {
    silence.before.config_hash = silence.after.config_hash = "sha256:x";
    config = encryption::EncryptionConfig{"sha256:x", {{encryption::Provider::identity, {}}}};
  }
  SECTION("it was written encrypted by this process") { silence.before.to_storage = silence.after.to_storage = {{kCbc, 1}}; }
  SECTION("a read of it failed") { silence.after.from_storage_failed = {{"unknown", 1}}; }
  const WindowResult window = silence.measure(config ? &*config : nullptr);
  CHECK(window.claim == Claim::none);
  CHECK_FALSE(window.reason.empty());
}

}  // namespace
}  // namespace kencrypt::census
