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

TEST_CASE("several resources have a row and a write key each", "[commands]") {
  StatusResult result = sample();
  const coverage::WriteKey other{
      encryption::StoredUnder{Provider::kms_v2, "vault", "sha256:0123456789abcdef"}, "so it is"};
  result.write_keys = {{"secrets", result.write_key}, {"nodes", other}};
  result.write_key = {std::nullopt, "Each resource has its own."};
  for (coverage::Coverage& row : result.coverage.namespaces) row.resource = "secrets";
  result.coverage.total.resource = "secrets";
  auto nodes = count("", 3, {{.under = *other.under, .min = 3, .max = 3, .shadowed = 0}});
  nodes.resource = "nodes";
  nodes.notes = {"odd"};
  coverage::add_report(result.coverage, coverage::make_report({nodes}, other));
  std::ostringstream out;
  print_coverage(out, result, {.headers = true, .wide = true});
  const std::string text = out.str();
  CHECK(text.starts_with("RESOURCE   NAMESPACE   OBJECTS   CURRENT"));
  CHECK(text.find("nodes      <none>      3         3") != std::string::npos);
  CHECK(text.find("TOTAL                  17        12") != std::string::npos);
  CHECK(text.find("Write key of nodes: kmsv2/vault@0123456789ab (so it is)\n") !=
        std::string::npos);
  CHECK(text.find("Note: nodes: odd\n") != std::string::npos);
  const output::Value document = coverage_document(result);
  CHECK(*document.find("total")->find("resource") == output::Value(""));
  CHECK(*document.find("writeKey") == output::Value(nullptr));
  out.str("");
  output::write_json(out, *document.find("writeKeys"));
  CHECK(out.str().find("\"keyIdHash\": \"sha256:0123456789abcdef\"") != std::string::npos);
}

std::string table_of(const StatusResult& result, bool wide = false) {
  std::ostringstream out;
  print_coverage(out, result, {.headers = true, .wide = wide});
  const std::string text = out.str();
  return text.substr(0, text.find("\n\n") + 1);
}

// Two resources with write keys of their own, and of one namespace only bounds.
StatusResult grouped(coverage::Grouping by) {
  StatusResult result = sample();
  result.by = by;
  const coverage::WriteKey other{encryption::StoredUnder{Provider::aescbc, "key1"}, "so it is"};
  result.write_keys = {{"secrets", result.write_key}, {"nodes", other}, {"c", other}, {"d", other}, {"e", other}};
  result.write_key = {std::nullopt, "Each resource has its own."};
  for (coverage::Coverage& row : result.coverage.namespaces) row.resource = "secrets";
  result.coverage.total.resource = "secrets";
  for (const auto* name : {"nodes", "c", "d", "e"}) {
    auto one = count("", 3, {bounds(Provider::aescbc, "key1", 3, 3)});
    one.resource = name;
    coverage::add_report(result.coverage, coverage::make_report({one}, other));
  }
  return result;
}

TEST_CASE("by key: a row for each, with bounds where only they are known", "[commands]") {
  StatusResult result = sample();
  result.by = coverage::Grouping::key;
  CHECK(table_of(result) ==
        "KEY           SECRETS   STATE       NAMESPACES\n"
        "identity      1         plaintext   1\n"
        "aescbc/key1   1         stale       1\n"
        "aescbc/key2   9..12     current     2\n"
        "secretbox/s   0..3      stale       0..1\n"
        "<unknown>     3         unknown     1\n"
        "TOTAL         14                    2\n");
}

TEST_CASE("by key: what a key is for several resources", "[commands]") {
  const StatusResult result = grouped(coverage::Grouping::key);
  CHECK(table_of(result) ==
        "KEY           OBJECTS   STATE           NAMESPACES   RESOURCES\n"
        "identity      1         plaintext       1            secrets\n"
        "aescbc/key1   13        current,stale   1            c,d,e + 2 more...\n"
        "aescbc/key2   9..12     current         2            secrets\n"
        "secretbox/s   0..3      stale           0..1         secrets\n"
        "<unknown>     3         unknown         1            secrets\n"
        "TOTAL         26                        2            \n");
  const std::string wide = table_of(result, true);
  CHECK(wide.find("c,d,e,nodes,secrets   12        1       0           0\n") != std::string::npos);
  CHECK(wide.find("TOTAL         26                        2                                  21        1       1           3\n") !=
        std::string::npos);
}

TEST_CASE("by resource: the namespaces are summed", "[commands]") {
  const std::string table = table_of(grouped(coverage::Grouping::resource), true);
  CHECK(table.starts_with(
      "RESOURCE   OBJECTS   CURRENT   STALE   PLAINTEXT   UNKNOWN   COVERAGE   KEYS\n"
      "secrets    14        9         1       1           3         >=64%      identity=1, aescbc/key1=1, "
      "aescbc/key2=9..12, secretbox/s=0..3\n"
      "nodes      3         3         0       0           0         100%       aescbc/key1=3\n"));
  CHECK(table.find("TOTAL      26        21        1       1           3         >=80%") != std::string::npos);
}

TEST_CASE("the document keeps its namespaces and total, whatever its rows are", "[commands]") {
  const output::Value plain = coverage_document(grouped(coverage::Grouping::name_space));
  CHECK(plain.find("by") == nullptr);
  CHECK(plain.find("rows") == nullptr);
  for (const auto by : {coverage::Grouping::key, coverage::Grouping::resource}) {
    const output::Value document = coverage_document(grouped(by));
    CHECK(*document.find("namespaces") == *plain.find("namespaces"));
    CHECK(*document.find("total") == *plain.find("total"));
  }
  const output::Value keys = coverage_document(grouped(coverage::Grouping::key));
  CHECK(*keys.find("by") == output::Value("key"));
  const auto& rows = std::get<output::Value::Array>(keys.find("rows")->data());
  REQUIRE(rows.size() == 5);
  CHECK(rows[2] == output::Value::object({{"provider", "aescbc"},
                                          {"key", "key2"},
                                          {"count", 9},
                                          {"max", 12},
                                          {"exact", false},
                                          {"states", output::Value::array({"current"})},
                                          {"current", 9},
                                          {"stale", 0},
                                          {"plaintext", 0},
                                          {"unknown", 0},
                                          {"namespaces", 2},
                                          {"resources", output::Value::array({"secrets"})}}));
  CHECK(*rows[3].find("maxNamespaces") == output::Value(1));
  CHECK(*rows[4].find("provider") == output::Value(nullptr));
  CHECK(*rows[4].find("key") == output::Value(nullptr));
  CHECK(*rows[4].find("count") == output::Value(3));
  const output::Value resources = coverage_document(grouped(coverage::Grouping::resource));
  CHECK(*resources.find("by") == output::Value("resource"));
  const auto& sums = std::get<output::Value::Array>(resources.find("rows")->data());
  REQUIRE(sums.size() == 5);
  CHECK(*sums[0].find("resource") == output::Value("secrets"));
  CHECK(*sums[0].find("total") == output::Value(14));
  CHECK(*sums[0].find("exact") == output::Value(false));
}

TEST_CASE("the page has a bar for each of the rows", "[commands]") {
  std::ostringstream out;
  print_html(out, grouped(coverage::Grouping::key), "now");
  CHECK(out.str().find("<b>aescbc/key1</b>") != std::string::npos);
  CHECK(out.str().find("<td class=\"w\">current,stale</td><td class=\"w\">c,d,e,nodes,secrets</td><td class=\"w\">yes</td>"
                       "<td>13</td><td>1</td><td>12</td><td>1</td><td>0</td><td>0</td>") != std::string::npos);
  CHECK(out.str().find("<b>&lt;unknown&gt;</b>") != std::string::npos);
  out.str("");
  print_html(out, grouped(coverage::Grouping::resource), "now");
  CHECK(out.str().find("<b>nodes</b>") != std::string::npos);
  CHECK(out.str().find("<b>Total</b>") < out.str().find("<b>secrets</b>"));
}

TEST_CASE("what was found is listed, by name alone or with its key", "[commands]") {
  StatusResult result = sample();
  result.found =
      Found{.word = "stale",
            .objects = {{"secrets", {"a", "x"}, encryption::StoredUnder{Provider::aescbc, "key1"}},
                        {"nodes", {"", "n"}, std::nullopt}},
            .capped = true,
            .undecided = 2};
  std::ostringstream out;
  print_names(out, result);
  CHECK(out.str() == "secrets/a/x\nnodes/n\n");
  out.str("");
  print_coverage(out, result, {.headers = true, .wide = false});
  CHECK(out.str().find("secrets    a           x      aescbc/key1\n") != std::string::npos);
  CHECK(out.str().find("nodes      <none>      n      <unknown>\n") != std::string::npos);
  const output::Value document = coverage_document(result);
  CHECK(*document.find("objectsCapped") == output::Value(true));
  CHECK(*document.find("objectsUndecided") == output::Value(2));
  out.str("");
  output::write_json(out, *document.find("objects"));
  CHECK(out.str().find("\"provider\": null") != std::string::npos);
}

TEST_CASE("the API servers are listed with what they run", "[commands]") {
  StatusResult result = sample();
  result.servers = census::ServerAgreement{};
  result.servers->servers = {{.id = "apiserver-1",
                              .host = "cp1",
                              .address = "10.0.0.1:6443",
                              .configuration = "sha256:1",
                              .seen = true,
                              .publishes = true},
                             {.id = "apiserver-2", .host = "", .address = "", .configuration = {}}};
  result.servers->doubt = "1 of 2 could not be reached";
  result.servers->summary = "2, whatever";
  std::ostringstream out;
  print_coverage(out, result, {});
  CHECK(out.str().find("API servers: 2, whatever\n") != std::string::npos);
  const output::Value document = coverage_document(result);
  CHECK(*document.find("apiServersAgree") == output::Value(false));
  out.str("");
  output::write_json(out, *document.find("apiServers"));
  CHECK(out.str().find("\"address\": \"10.0.0.1:6443\"") != std::string::npos);
  CHECK(out.str().find("\"configHash\": null") != std::string::npos);
}

}  // namespace
}  // namespace kencrypt::commands
