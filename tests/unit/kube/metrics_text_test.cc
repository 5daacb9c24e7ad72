#include "kube/metrics_text.h"

#include <catch2/catch.hpp>

#include <cmath>

namespace kencrypt::kube {
namespace {

const std::string kPage =
    "# HELP a_total Help with \"quotes\" and \\n.\n"
    "# TYPE a_total counter\n"
    "a_total{x=\"1\",y=\"back\\\\slash \\\"quote\\\" new\\nline, brace}\"} 12\n"
    "a_total{} 1e+06\n"
    "a_total 3 1700000000000\n"
    "\n"
    "other_total{broken label, but nobody asked} x\n"
    "a_total_long{x=\"2\"} 5\n"
    "# TYPE b gauge\n"
    "  b { x = \"\" , z=\"v\" , }  1.5 # {exemplar=\"1\"} 2\n"
    "b{x=\"inf\"} +Inf\n";

struct Outcome {
  std::vector<Sample> samples;
  Result<void> result;
};

Outcome read(std::string_view page, std::size_t cut) {
  Outcome outcome;
  MetricsReader reader({"a_total", "b"}, [&outcome](const Sample& sample) -> Result<void> {
    outcome.samples.push_back(sample);
    return {};
  });
  outcome.result = reader.feed(page.substr(0, cut));
  if (outcome.result) outcome.result = reader.feed(page.substr(cut));
  if (outcome.result) outcome.result = reader.finish();
  return outcome;
}

std::string label(const Sample& sample, std::string_view name) {
  const std::string* value = sample.label(name);
  return value == nullptr ? "<none>" : *value;
}

TEST_CASE("metrics page: samples of the wanted families, cut at every byte") {
  for (std::size_t cut = 0; cut <= kPage.size(); ++cut) {
    CAPTURE(cut);
    const Outcome outcome = read(kPage, cut);
    REQUIRE(outcome.result.has_value());
    REQUIRE(outcome.samples.size() == 5);
    CHECK(outcome.samples[0].family == "a_total");
    CHECK(outcome.samples[0].value == 12);
    CHECK(label(outcome.samples[0], "x") == "1");
    CHECK(label(outcome.samples[0], "y") == "back\\slash \"quote\" new\nline, brace}");
    CHECK(label(outcome.samples[0], "z") == "<none>");
    CHECK(outcome.samples[1].value == 1000000);
    CHECK(outcome.samples[2].value == 3);
    CHECK(outcome.samples[3].family == "b");
    CHECK(label(outcome.samples[3], "x").empty());
    CHECK(label(outcome.samples[3], "z") == "v");
    CHECK(outcome.samples[3].value == 1.5);
    CHECK(std::isinf(outcome.samples[4].value));
  }
}

TEST_CASE("metrics page: fed byte by byte") {
  std::size_t samples = 0;
  MetricsReader reader({"a_total", "b"}, [&samples](const Sample&) -> Result<void> {
    ++samples;
    return {};
  });
  for (const char c : kPage) REQUIRE(reader.feed({&c, 1}).has_value());
  CHECK(reader.finish().has_value());
  CHECK(samples == 5);
}

TEST_CASE("what is no metrics page is a protocol error") {
  const std::string type = "# TYPE a_total counter\n";
  const std::vector<std::string> pages = {
      "",
      "\n\n",
      "<!DOCTYPE html>\n<html><body>login</body></html>\n",
      "{\"kind\":\"Status\"}\n",
      "{\n  \"kind\": \"Status\"\n}\n",
      "404 page not found\n",
      "ok\n",
      "Too many requests, please try again later.\n",
      type + "a_total{x=\"1\"} 1",            // broken off
      type + "a_total{x=\"1\" 1\n",           // no closing brace
      type + "a_total{x=\"1} 1\n",            // no closing quote
      type + "a_total{x=\"a\\tb\"} 1\n",      // no such escape
      type + "a_total{x=1} 1\n",
      type + "a_total{=\"1\"} 1\n",
      type + "a_total{x=\"1\"y=\"2\"} 1\n",
      type + "a_total{x=\"1\"}\n",
      type + "a_total one\n",
      type + "a_total 1x\n",
      type + "a_total\n",
      type + "a_total}\n",
  };
  for (const std::string& page : pages) {
    CAPTURE(page);
    for (const std::size_t cut : {std::size_t{0}, page.size() / 2}) {
      const Outcome outcome = read(page, cut);
      REQUIRE_FALSE(outcome.result.has_value());
      CHECK(outcome.result.error().kind == ErrorKind::protocol);
    }
  }
}

TEST_CASE("metrics page: limits") {
  const std::string type = "# TYPE a_total counter\n";
  SECTION("a line that is just short enough, and one that is not") {
    const std::string frame = "a_total{x=\"\"} 1";
    const std::string value(kMaxMetricsLine - frame.size(), 'v');
    CHECK(read(type + "a_total{x=\"" + value + "\"} 1\n", 40).result.has_value());
    const Outcome longer = read(type + "a_total{x=\"" + value + "v\"} 1\n", 40);
    REQUIRE_FALSE(longer.result.has_value());
    CHECK(longer.result.error().kind == ErrorKind::too_large);
  }
  SECTION("a line without an end is not buffered") {
    MetricsReader reader({"a_total"}, [](const Sample&) -> Result<void> { return {}; });
    Result<void> result;
    std::size_t fed = 0;
    for (; result && fed < 4 * kMaxMetricsLine; fed += 1000) result = reader.feed(std::string(1000, 'a'));
    REQUIRE_FALSE(result.has_value());
    CHECK(fed < 2 * kMaxMetricsLine);
  }
  SECTION("samples") {
    std::string page = type;
    for (std::size_t i = 0; i < kMaxKeptSamples; ++i) page += "a_total 1\n";
    CHECK(read(page, 0).result.has_value());
    const Outcome more = read(page + "a_total 1\n", 0);
    REQUIRE_FALSE(more.result.has_value());
    CHECK(more.result.error().kind == ErrorKind::too_large);
  }
}

TEST_CASE("metrics page: an error of the sink ends the reading") {
  MetricsReader reader({"a_total"}, [](const Sample&) { return Result<void>(fail(ErrorKind::io, "full")); });
  const auto result = reader.feed("# TYPE a_total counter\na_total 1\n");
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().kind == ErrorKind::io);
}

}  // namespace
}  // namespace kencrypt::kube
