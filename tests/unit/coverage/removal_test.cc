#include "coverage/removal.h"

#include <catch2/catch.hpp>

namespace kencrypt::coverage {
namespace {

using encryption::Provider;
using encryption::StoredUnder;

Coverage row(std::vector<KeyBounds> keys, bool exact = true, std::uint64_t unmeasured = 0) {
  Coverage row;
  row.resource = "secrets";
  row.name_space = "web";
  for (const KeyBounds& key : keys) row.total += key.min;
  row.total += unmeasured;
  row.unmeasured = unmeasured;
  row.unknown = unmeasured;
  row.exact = exact;
  row.keys = std::move(keys);
  return row;
}

bool safe(const std::string& key, Coverage counted, RemovalFacts facts = {}) {
  CoverageReport report;
  report.namespaces.push_back(std::move(counted));
  return judge_removal(parse_key_choice(key), report, facts).safe();
}

KeyBounds under(Provider provider, std::string key, std::uint64_t min, std::uint64_t max, std::uint64_t shadowed = 0) {
  return {{provider, std::move(key)}, min, max, shadowed};
}

TEST_CASE("a key that nothing is stored under may go") {
  CHECK(safe("old", row({under(Provider::aescbc, "new", 5, 5)})));
  CHECK(safe("aescbc/key1", row({under(Provider::secretbox, "key1", 5, 5)})));
  CHECK(safe("identity", row({under(Provider::aescbc, "new", 5, 5)})));
  CHECK(safe("old", row({under(Provider::identity, "", 5, 5)})));
}

TEST_CASE("a key that one object is or may be stored under stays") {
  CHECK_FALSE(safe("old", row({under(Provider::aescbc, "new", 5, 5), under(Provider::aescbc, "old", 1, 1)})));
  CHECK_FALSE(safe("aescbc/old", row({under(Provider::aescbc, "new", 4, 5), under(Provider::aescbc, "old", 0, 1)}, false)));
  CHECK_FALSE(safe("key1", row({under(Provider::secretbox, "key1", 5, 5)})));
  CHECK_FALSE(safe("identity", row({under(Provider::identity, "", 1, 1)})));
  CHECK_FALSE(safe("kmsv2/plugin", row({under(Provider::kms_v2, "plugin", 1, 1)})));
  CHECK_FALSE(safe("aesgcm/key1", row({under(Provider::aescbc, "key1", 5, 5, 1)})));
}

TEST_CASE("what is not known counts against it") {
  CHECK_FALSE(safe("old", row({under(Provider::aescbc, "new", 5, 5)}, true, 1)));
  CHECK_FALSE(safe("old", row({under(Provider::aescbc, "new", 5, 5)}, false)));
  CHECK_FALSE(safe("old", row({under(Provider::aescbc, "new", 5, 5)}), {.completeness_doubt = "not all"}));
  CHECK_FALSE(safe("old", row({under(Provider::aescbc, "new", 5, 5)}), {.server_doubt = "two configurations"}));
}

TEST_CASE("every reason is told, and where, and backups always") {
  CoverageReport report;
  for (int i = 0; i < 7; ++i) {
    report.namespaces.push_back(row({under(Provider::aescbc, "old", 1, 1)}));
    report.namespaces.back().name_space = "ns" + std::to_string(i);
  }
  const RemovalVerdict verdict = judge_removal(parse_key_choice("old"), report, {.server_doubt = "two configurations"});
  REQUIRE(verdict.reasons.size() == 2);
  CHECK(verdict.reasons[0] ==
        "7 objects are or may be stored under it: secrets in ns0, secrets in ns1, secrets in ns2, secrets in ns3, "
        "secrets in ns4 and 2 more");
  CHECK(verdict.warnings.size() == 1);
}

}  // namespace
}  // namespace kencrypt::coverage
