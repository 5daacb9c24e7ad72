#include "commands/status_output.h"

#include <catch2/catch.hpp>
#include <sstream>

#include "output/json.h"

namespace kencrypt::commands {
namespace {

using coverage::KeyBounds;
using encryption::Provider;

coverage::NamespaceCount count(std::string name, std::uint64_t total, std::vector<KeyBounds> keys,
                               bool exact = true) {
  coverage::NamespaceCount made;
  made.name_space = std::move(name);
  made.total = total;
  made.keys = std::move(keys);
  made.exact = exact;
  return made;
}

KeyBounds bounds(Provider provider, std::string key, std::uint64_t min, std::uint64_t max) {
  return {.under = {provider, std::move(key)}, .min = min, .max = max, .shadowed = 0};
}

StatusResult sample() {
  StatusResult result;
  result.resource = kube::secrets_resource();
  result.write_key = {.under = encryption::StoredUnder{Provider::aescbc, "key2"},
                      .basis = "because"};
  std::vector<coverage::NamespaceCount> counts = {
      count("a", 4,
            {bounds(Provider::identity, "", 1, 1), bounds(Provider::aescbc, "key1", 1, 1),
             bounds(Provider::aescbc, "key2", 2, 2)}),
      count("b", 10,
            {bounds(Provider::aescbc, "key2", 7, 10), bounds(Provider::secretbox, "s", 0, 3)},
            false)};
  counts[1].notes = {"noise"};
  result.coverage = coverage::make_report(counts, result.write_key);
  return result;
}

TEST_CASE("the coverage table, with bounds where only they are known", "[commands]") {
  std::ostringstream out;
  print_coverage(out, sample(), {.headers = true, .wide = true});
  const std::string text = out.str();
  CHECK(text.starts_with(
      "NAMESPACE   SECRETS   CURRENT   STALE   PLAINTEXT   UNKNOWN   COVERAGE   KEYS\n"
      "a           4         2         1       1           0         50%        identity=1, aescbc/key1=1, aescbc/key2=2\n"
      "b           10        7         0       0           3         >=70%      aescbc/key2=7..10, secretbox/s=0..3\n"
      "TOTAL       14        9         1       1           3         >=64%"));
  CHECK(text.find("\nWrite key: aescbc/key2 (because)\n") != std::string::npos);
  CHECK(text.find("Note: namespace b: noise\n") != std::string::npos);
}

TEST_CASE("the coverage document says the same", "[commands]") {
  const output::Value document = coverage_document(sample());
  std::ostringstream out;
  output::write_json(out, document);
  CHECK(*document.find("kind") == output::Value("CoverageReport"));
  CHECK(*document.find("writeKey") == output::Value::object({{"provider", "aescbc"}, {"key", "key2"}}));
  CHECK(*document.find("total")->find("unknown") == output::Value(3));
  CHECK(*document.find("total")->find("exact") == output::Value(false));
  CHECK(out.str().find("\"max\": 10") != std::string::npos);
  CHECK(out.str().find("\"count\": 7") != std::string::npos);
}

TEST_CASE("an unknown write key is null, never a guess", "[commands]") {
  StatusResult result = sample();
  result.write_key = {.under = std::nullopt, .basis = "nobody knows"};
  CHECK(*coverage_document(result).find("writeKey") == output::Value(nullptr));
  std::ostringstream out;
  print_coverage(out, result, {});
  CHECK(out.str().find("Write key: not known (nobody knows)") != std::string::npos);
}

}  // namespace
}  // namespace kencrypt::commands
