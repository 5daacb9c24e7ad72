#include "coverage/coverage.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

namespace kencrypt::coverage {
namespace {

const encryption::StoredUnder kPlain{encryption::Provider::identity, ""};
const encryption::StoredUnder kKey1{encryption::Provider::aescbc, "key1"};
const encryption::StoredUnder kKey2{encryption::Provider::aescbc, "key2"};
const encryption::StoredUnder kBox{encryption::Provider::secretbox, "key1"};
const encryption::StoredUnder kVault{encryption::Provider::kms_v2, "vault"};
const encryption::StoredUnder kOldVault{encryption::Provider::kms_v1, "vault"};
const encryption::StoredUnder kNew{encryption::Provider::other, "k8s:enc:new:v1:"};

std::string classes(const NamespaceCount& count, std::optional<encryption::StoredUnder> write) {
  const Coverage row = classify(count, {write, "basis"});
  CHECK(row.current + row.stale + row.plaintext + row.unknown == row.total);
  return fmt::format("{}c {}s {}p {}u", row.current, row.stale, row.plaintext, row.unknown);
}

NamespaceCount of(std::vector<KeyBounds> keys) {
  NamespaceCount count{"ns", 0, 0, true, std::move(keys), {}};
  for (const KeyBounds& key : count.keys) count.total += key.max;
  return count;
}

TEST_CASE("coverage: what counts as what") {
  const NamespaceCount mix = of({{kPlain, 1, 1, 0},
                                 {kKey1, 2, 2, 0},
                                 {kKey2, 4, 4, 0},
                                 {kBox, 8, 8, 0},
                                 {kOldVault, 16, 16, 0},
                                 {kVault, 32, 32, 0},
                                 {kNew, 64, 64, 0}});
  CHECK(classes(mix, kKey1) == "2c 60s 1p 64u");
  CHECK(classes(mix, kBox) == "8c 54s 1p 64u");
  CHECK(classes(mix, kPlain) == "0c 62s 1p 64u");  // plaintext stays plaintext, the rest is stale
  CHECK(classes(mix, kVault) == "0c 30s 1p 96u");  // of a KMS the present key is not known
  CHECK(classes(mix, std::nullopt) == "0c 0s 1p 126u");
}

TEST_CASE("coverage: of bounds the lower ones count") {
  NamespaceCount count{"ns", 10, 2, false, {{kPlain, 1, 4, 0}, {kKey1, 3, 6, 0}, {kKey2, 2, 5, 0}},
                       {}};
  CHECK(classes(count, kKey1) == "3c 2s 1p 4u");
}

TEST_CASE("coverage: objects that may be under an older key of the same name are not current") {
  NamespaceCount count = of({{kKey1, 5, 5, 2}, {kKey2, 5, 5, 5}});
  CHECK(classes(count, kKey1) == "3c 5s 0p 2u");
  count.keys[0].shadowed = 9;
  CHECK(classes(count, kKey1) == "0c 5s 0p 5u");
  CHECK(classify(count, {kKey1, ""}).notes.size() == 1);
  CHECK(classify(count, {kVault, ""}).notes.empty());
}

TEST_CASE("coverage: KMS rows say why they are unknown") {
  CHECK(classify(of({{kVault, 5, 5, 0}}), {kVault, ""}).notes.size() == 1);
  CHECK(classify(of({{kVault, 5, 5, 0}}), {kKey1, ""}).notes.empty());
}

TEST_CASE("coverage: percent never rounds up") {
  struct Row {
    std::uint64_t current, total;
    bool exact;
    std::optional<unsigned> percent;
  };
  for (const Row& row : std::vector<Row>{{0, 0, true, std::nullopt},
                                         {0, 5, true, 0U},
                                         {29, 100, true, 29U},
                                         {1, 3, true, 33U},
                                         {999'999, 1'000'000, true, 99U},
                                         {5, 5, true, 100U},
                                         {5, 5, false, 99U}}) {
    Coverage coverage;
    coverage.total = row.total;
    coverage.current = row.current;
    coverage.exact = row.exact;
    CHECK(coverage.percent() == row.percent);
  }
}

TEST_CASE("coverage: the sum of the namespaces") {
  NamespaceCount a = of({{kPlain, 1, 1, 0}, {kKey1, 2, 2, 1}});
  NamespaceCount b{"b", 9, 3, false, {{kKey1, 1, 4, 1}, {kBox, 2, 5, 0}}, {"noise"}};
  const CoverageReport report = make_report({a, b}, {kKey1, ""});
  REQUIRE(report.namespaces.size() == 2);
  CHECK(report.total.total == 12);
  CHECK(report.total.current == 1);
  CHECK(report.total.stale == 2);
  CHECK(report.total.plaintext == 1);
  CHECK(report.total.unknown == 8);
  CHECK(report.total.unmeasured == 3);
  CHECK_FALSE(report.total.exact);
  REQUIRE(report.total.keys.size() == 3);
  CHECK(report.total.keys[1].under == kKey1);
  CHECK(report.total.keys[1].min == 3);
  CHECK(report.total.keys[1].max == 6);
  CHECK(report.total.keys[1].shadowed == 2);
  const CoverageReport none = make_report({}, {kKey1, ""});
  CHECK(none.total.total == 0);
  CHECK_FALSE(none.total.percent().has_value());
}

TEST_CASE("coverage: nothing of a copy that may not be whole is exact, and nothing is a share of it") {
  CoverageReport report = make_report({of({{kKey1, 5, 5, 0}})}, {kKey1, ""});
  mark_unverified(report);
  for (const Coverage& row : {report.namespaces.front(), report.total}) {
    CHECK(row.current == 5);
    CHECK_FALSE(row.exact);
    CHECK(row.unverified);
    CHECK_FALSE(row.percent().has_value());
  }
  CoverageReport none;
  mark_unverified(none);
  CHECK_FALSE(none.total.exact);
}

}  // namespace
}  // namespace kencrypt::coverage
