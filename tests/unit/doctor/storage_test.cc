#include "doctor/storage.h"

#include <catch2/catch.hpp>

#include "unit/doctor/findings.h"

using namespace kencrypt;
using encryption::Provider;
using encryption::StoredUnder;

namespace {

const StoredUnder kNew{Provider::aescbc, "key2"};
const StoredUnder kOld{Provider::aescbc, "key1"};
const StoredUnder kPlain{Provider::identity, ""};

coverage::NamespaceCount rows(const std::string& name_space, std::vector<coverage::KeyBounds> keys, std::uint64_t unmeasured = 0) {
  coverage::NamespaceCount count{.name_space = name_space, .total = unmeasured, .unmeasured = unmeasured, .exact = unmeasured == 0,
                                 .keys = std::move(keys), .notes = {}, .resource = "secrets"};
  for (const coverage::KeyBounds& key : count.keys) count.total += key.min;
  return count;
}

doctor::Diagnosis judge(const std::vector<coverage::NamespaceCount>& counts, const StoredUnder& write = kNew) {
  const coverage::WriteKey key{write, "as the file says"};
  doctor::Diagnosis diagnosis;
  doctor::check_coverage("etcd", coverage::make_report(counts, key), {{"secrets", key}}, diagnosis);
  return diagnosis;
}

}  // namespace

TEST_CASE("storage: what is stored under what", "[doctor]") {
  CHECK(fakes::found(judge({rows("a", {{kNew, 3, 3}})})).empty());
  CHECK(fakes::found(judge({rows("a", {{kNew, 3, 3}, {kPlain, 2, 2}}), rows("b", {{kPlain, 1, 1}})})) == "error plaintext-left");
  CHECK(fakes::all_evidence(judge({rows("a", {{kPlain, 2, 2}}), rows("b", {{kPlain, 1, 1}})})) ==
        "secrets in etcd: 3 in plaintext: a, b [{program} rewrite secrets]\n");
  CHECK(fakes::found(judge({rows("a", {{kOld, 2, 2}})})) == "warning stale-left");
  CHECK(fakes::found(judge({rows("a", {}, 4)})) == "unknown coverage-unknown");
  // Where it is written in plaintext on purpose nothing is left over.
  CHECK(fakes::found(judge({rows("a", {{kPlain, 2, 2}})}, kPlain)) == "error plaintext-written");
}

TEST_CASE("storage: of many namespaces some are named", "[doctor]") {
  std::vector<coverage::NamespaceCount> counts;
  for (const char* name : {"a", "b", "c", "d", "e", "f", "g"}) counts.push_back(rows(name, {{kPlain, 1, 1}}));
  CHECK(fakes::all_evidence(judge(counts)).find("7 in plaintext: a, b, c, d, e and 2 more") != std::string::npos);
}

TEST_CASE("storage: an object that the API server cannot read", "[doctor]") {
  auto count = rows("a", {}, 1);
  count.notes = {"1 could not be read: a/x: Error from server (InternalError): Internal error occurred: no matching prefix found"};
  CHECK(fakes::found(judge({count})) == "error undecryptable, unknown coverage-unknown");
  count.notes = {"1 could not be read: a/x: Error from server (Forbidden): no"};
  CHECK(fakes::found(judge({count})) == "unknown coverage-unknown");
}

TEST_CASE("storage: what does not decrypt", "[doctor]") {
  const auto judged = [](const inventory::DecryptionReport& report) {
    doctor::Diagnosis diagnosis;
    doctor::check_decryption("b.db", report, diagnosis);
    return diagnosis;
  };
  CHECK(fakes::found(judged({.total = 2, .readable = 2, .keys = {}, .failures = {}})).empty());
  CHECK(fakes::found(judged({.total = 2, .readable = 1, .unchecked = 1, .keys = {}, .failures = {}})) == "unknown undecryptable");
  inventory::DecryptionReport report{.total = 9, .readable = 2, .unreadable = 7, .keys = {}, .failures = {}};
  for (const char* name : {"a", "b", "c", "d", "e", "f", "g"}) report.failures.push_back({"secrets", "ns", name, "no-such-key", "m"});
  const auto diagnosis = judged(report);
  CHECK(fakes::found(diagnosis) == "error undecryptable");
  const std::string text = fakes::all_evidence(diagnosis);
  CHECK(text.find("7 of 9 values cannot be read with the keys of the file: secrets/ns/a (no-such-key)") != std::string::npos);
  CHECK(text.find("secrets/ns/e (no-such-key), 2 more") != std::string::npos);
}

TEST_CASE("storage: what a list of Secrets names", "[doctor]") {
  doctor::Diagnosis good, bad;
  doctor::check_listing({}, "secrets", good);
  CHECK(good.passed() == std::vector{doctor::CheckId::undecryptable});
  doctor::check_listing({{"a", "1"}, {"a", "2"}, {"a", "3"}, {"b", "4"}, {"b", "5"}, {"b", "6"}}, "secrets", bad);
  CHECK(fakes::found(bad) == "error undecryptable");
  CHECK(fakes::all_evidence(bad).find("at least 6 cannot be decrypted: secrets/a/1, secrets/a/2, secrets/a/3, secrets/b/4, "
                                      "secrets/b/5, 1 more") != std::string::npos);
}

TEST_CASE("storage: residue", "[doctor]") {
  doctor::Diagnosis diagnosis;
  doctor::check_residue("b.db", {{snapshot::Place::superseded, kPlain, 3}, {snapshot::Place::free_page, kPlain, 1}, {snapshot::Place::superseded, kOld, 8}},
                        diagnosis);
  CHECK(fakes::found(diagnosis) == "warning residue-plaintext, warning residue-plaintext");
  CHECK(fakes::all_evidence(diagnosis).find("etcdctl defrag") != std::string::npos);
}
