#include "coverage/grouping.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>

namespace kencrypt::coverage {
namespace {

using encryption::Provider;
using encryption::StoredUnder;

const StoredUnder kPlain{Provider::identity, ""};
const StoredUnder kKey1{Provider::aescbc, "key1"};
const StoredUnder kKey2{Provider::aescbc, "key2"};
const StoredUnder kVault{Provider::kms_v2, "vault"};
const StoredUnder kVaultA{Provider::kms_v2, "vault", "sha256:aa"};
const StoredUnder kVaultB{Provider::kms_v2, "vault", "sha256:bb"};
const StoredUnder kNew{Provider::other, "k8s:enc:new:v1:"};

// One resource's rows, with its write key.
struct Rows {
  std::optional<StoredUnder> write;
  std::vector<NamespaceCount> counts;
};

NamespaceCount count(std::string resource, std::string name_space, std::vector<KeyBounds> keys,
                     std::uint64_t unmeasured = 0, std::optional<std::uint64_t> total = std::nullopt) {
  NamespaceCount made;
  made.resource = std::move(resource);
  made.name_space = std::move(name_space);
  made.total = made.unmeasured = unmeasured;
  made.exact = unmeasured == 0 && !total;
  for (const KeyBounds& key : keys) made.total += key.min;
  if (total) made.total = *total;
  made.keys = std::move(keys);
  return made;
}

CoverageReport report_of(const std::vector<Rows>& all) {
  CoverageReport report;
  for (const Rows& rows : all) add_report(report, make_report(rows.counts, {rows.write, ""}));
  return report;
}

std::vector<KeyRow> keys_of(const std::vector<Rows>& all) {
  return by_key(report_of(all), [&all](std::string_view resource) -> std::optional<StoredUnder> {
    for (const Rows& rows : all)
      if (rows.counts.front().resource == resource) return rows.write;
    FAIL("no rows of " << resource);
    return std::nullopt;
  });
}

std::string range(std::uint64_t min, std::uint64_t max) {
  return min == max ? fmt::format("{}", min) : fmt::format("{}..{}", min, max);
}

// "aescbc/key1 5..7 current in 1..2 of secrets", one a row.
std::vector<std::string> lines(const std::vector<KeyRow>& rows) {
  std::vector<std::string> text;
  for (const KeyRow& row : rows) {
    std::vector<std::string_view> states;
    for (const Class one : row.states) states.push_back(class_name(one));
    text.push_back(fmt::format("{} {} {} in {} of {}", row.under ? display(*row.under) : "?",
                               range(row.counts.total, row.max), fmt::join(states, "+"),
                               range(row.namespaces_min, row.namespaces_max), fmt::join(row.resources, ",")));
  }
  return text;
}

using Lines = std::vector<std::string>;

TEST_CASE("grouping: a row a key, with what it means for each resource") {
  const auto rows = keys_of({{kKey2,
                              {count("secrets", "a", {{kPlain, 1, 1, 0}, {kKey1, 2, 2, 0}, {kKey2, 4, 4, 0}}),
                               count("secrets", "b", {{kKey2, 8, 8, 0}, {kNew, 1, 1, 0}})}},
                             {kKey1, {count("configmaps", "b", {{kKey1, 16, 16, 0}})}},
                             {kPlain, {count("nodes", "", {{kPlain, 3, 3, 0}})}}});
  CHECK(lines(rows) == Lines{"identity 4 plaintext in 1 of nodes,secrets",
                             "aescbc/key1 18 current+stale in 2 of configmaps,secrets",
                             "aescbc/key2 12 current in 2 of secrets",
                             "unrecognised/k8s:enc:new:v1: 1 unknown in 1 of secrets"});
  CHECK(rows[1].counts.current == 16);
  CHECK(rows[1].counts.stale == 2);
  for (const KeyRow& row : rows) CHECK(row.counts.exact);
}

TEST_CASE("grouping: bounds add up, and the rest is in a row without a key") {
  const auto rows =
      keys_of({{kKey1,
                {count("secrets", "a", {{kPlain, 0, 3, 0}, {kKey1, 2, 5, 0}}, 0, 5),
                 count("secrets", "b", {{kKey1, 4, 4, 0}}), count("secrets", "c", {{kKey2, 1, 1, 0}})}}});
  CHECK(lines(rows) == Lines{"identity 0..3 plaintext in 0..1 of secrets", "aescbc/key1 6..9 current in 2 of secrets",
                             "aescbc/key2 1 stale in 1 of secrets", "? 3 unknown in 1 of secrets"});
  CHECK_FALSE(rows[0].counts.exact);
  CHECK_FALSE(rows[1].counts.exact);
  CHECK(rows[2].counts.exact);
  CHECK_FALSE(rows[3].counts.exact);
}

TEST_CASE("grouping: an object of which nothing is known may be under any key") {
  const auto rows = keys_of({{kKey1, {count("secrets", "a", {{kKey1, 4, 4, 0}, {kPlain, 1, 1, 0}})}},
                             {kKey1, {count("configmaps", "b", {{kKey1, 2, 2, 0}}, 3), count("configmaps", "c", {}, 2)}}});
  CHECK(lines(rows) == Lines{"identity 1..6 plaintext in 1..3 of configmaps,secrets",
                             "aescbc/key1 6..11 current in 2..3 of configmaps,secrets",
                             "? 5 unknown in 2 of configmaps"});
  for (const KeyRow& row : rows) CHECK_FALSE(row.counts.exact);
  CHECK(lines(keys_of({{kKey1, {count("secrets", "a", {}, 7)}}})) == Lines{"? 7 unknown in 1 of secrets"});
}

TEST_CASE("grouping: key IDs of a KMS plugin have a row each, and what has none may be any of its own") {
  const auto rows = keys_of({{kVaultB,
                              {count("secrets", "a", {{kVaultA, 1, 1, 0}, {kVaultB, 2, 2, 0}}),
                               count("secrets", "b", {{kVault, 4, 4, 0}, {kKey1, 8, 8, 0}})}}});
  CHECK(lines(rows) == Lines{"aescbc/key1 8 stale in 1 of secrets", "kmsv2/vault 4 unknown in 1 of secrets",
                             "kmsv2/vault@aa 1..5 stale in 1..2 of secrets",
                             "kmsv2/vault@bb 2..6 current in 1..2 of secrets"});
}

TEST_CASE("grouping: what may be under an older key of the same name is not called current") {
  const auto rows = keys_of({{kKey1, {count("secrets", "a", {{kKey1, 5, 5, 2}})}}});
  CHECK(lines(rows) == Lines{"aescbc/key1 5 current+unknown in 1 of secrets"});
  CHECK(rows[0].counts.current == 3);
  CHECK(rows[0].counts.unknown == 2);
}

TEST_CASE("grouping: without a write key no key is current or stale") {
  CHECK(lines(keys_of({{std::nullopt, {count("secrets", "a", {{kPlain, 1, 1, 0}, {kKey1, 2, 2, 0}})}}})) ==
        Lines{"identity 1 plaintext in 1 of secrets", "aescbc/key1 2 unknown in 1 of secrets"});
}

TEST_CASE("grouping: nothing makes no rows") {
  CHECK(by_key({}, [](std::string_view) { return std::nullopt; }).empty());
  CHECK(by_resource({}).empty());
}

TEST_CASE("grouping: by resource the namespaces are summed") {
  const CoverageReport report = report_of({{kKey1, {count("secrets", "a", {{kKey1, 2, 2, 0}}), count("secrets", "b", {{kKey1, 1, 4, 0}}, 0, 4)}},
                                           {kKey2, {count("nodes", "", {{kKey1, 8, 8, 0}})}}});
  const auto rows = by_resource(report);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].resource == "secrets");
  CHECK(rows[0].name_space.empty());
  CHECK(rows[0].total == 6);
  CHECK(rows[0].current == 3);
  CHECK(rows[0].unknown == 3);
  CHECK_FALSE(rows[0].exact);
  REQUIRE(rows[0].keys.size() == 1);
  CHECK(rows[0].keys[0].min == 3);
  CHECK(rows[0].keys[0].max == 6);
  CHECK(rows[1].resource == "nodes");
  CHECK(rows[1].stale == 8);
  CHECK(rows[1].exact);
}

// A truth of objects, and a report that is allowed to know only some of it.
class Seeded {
 public:
  explicit Seeded(unsigned seed) : random_(seed) {}

  Rows rows(const std::string& resource) {
    Rows made{roll(4) == 0 ? std::optional<StoredUnder>() : kKeys[roll(std::size(kKeys))], {}};
    for (unsigned n = 1 + roll(3); n > 0; --n) made.counts.push_back(one(resource, std::to_string(roll(4))));
    return made;
  }
  // How many objects are under each key, and in how many namespaces.
  std::map<StoredUnder, std::uint64_t> truth;
  std::map<StoredUnder, std::set<std::string>> places;

 private:
  unsigned roll(std::size_t sides) { return static_cast<unsigned>(random_() % sides); }

  NamespaceCount one(const std::string& resource, const std::string& name_space) {
    std::map<StoredUnder, KeyBounds> known;
    NamespaceCount made = count(resource, name_space, {});
    for (const StoredUnder& under : kKeys) {
      const std::uint64_t here = roll(2) * roll(6);
      if (here == 0) {
        if (roll(4) == 0) known[under] = {under, 0, 1 + roll(2), 0};  // not ruled out
        continue;
      }
      truth[under] += here;
      places[under].insert(name_space);
      made.total += here;
      reveal(under, here, made, known);
    }
    std::uint64_t placed = made.unmeasured;
    for (const auto& [under, bounds] : known) placed += bounds.min;
    made.exact = placed == made.total;
    for (auto& [under, bounds] : known) made.keys.push_back(std::move(bounds));
    return made;
  }

  // Some objects stay unmeasured, some lose their key ID, and bounds may be wider than they need be.
  void reveal(StoredUnder under, std::uint64_t here, NamespaceCount& made, std::map<StoredUnder, KeyBounds>& known) {
    const std::uint64_t hidden = roll(4) == 0 ? roll(here + 1) : 0;
    made.unmeasured += hidden;
    if (hidden == here) return;
    if (roll(4) == 0) under.key_id_hash.clear();
    const std::uint64_t slack = roll(4) == 0 ? roll(here - hidden + 1) : 0;
    KeyBounds& bounds = known[under];
    bounds.under = under;
    bounds.min += here - hidden - slack;
    bounds.max += here - hidden + (slack == 0 ? 0 : roll(3));
  }

  static inline const StoredUnder kKeys[] = {kPlain, kKey1, kKey2, kVaultA, kVaultB};
  std::mt19937 random_;
};

TEST_CASE("grouping: whatever is known, the truth is within the bounds and the sums are the report's") {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    CAPTURE(seed);
    Seeded cluster(seed);
    const std::vector<Rows> all = {cluster.rows("secrets"), cluster.rows("configmaps")};
    const CoverageReport report = report_of(all);
    Coverage sum;
    for (const KeyRow& row : keys_of(all)) {
      sum.total += row.counts.total;
      sum.current += row.counts.current;
      sum.stale += row.counts.stale;
      sum.plaintext += row.counts.plaintext;
      sum.unknown += row.counts.unknown;
      CHECK(row.max > 0);
      CHECK(row.namespaces_min <= row.namespaces_max);
      CHECK(row.counts.exact == (row.under && row.counts.total == row.max));
      if (!row.under || *row.under == kVault) continue;
      CHECK(row.counts.total <= cluster.truth[*row.under]);
      CHECK(row.max >= cluster.truth[*row.under]);
      CHECK(row.namespaces_min <= cluster.places[*row.under].size());
      CHECK(row.namespaces_max >= cluster.places[*row.under].size());
    }
    CHECK(sum.total == report.total.total);
    CHECK(sum.current == report.total.current);
    CHECK(sum.stale == report.total.stale);
    CHECK(sum.plaintext == report.total.plaintext);
    CHECK(sum.unknown == report.total.unknown);
  }
}

}  // namespace
}  // namespace kencrypt::coverage
