// value, json and yaml: one document, two spellings.
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <sstream>

#include "output/json.h"
#include "output/value.h"
#include "output/yaml.h"

using namespace kencrypt::output;

namespace {

std::string json(const Value& value) {
  std::ostringstream out;
  write_json(out, value);
  return out.str();
}

std::string yaml(const Value& value) {
  std::ostringstream out;
  write_yaml(out, value);
  return out.str();
}

Value document() {
  return Value::object({
      {"kind", "Report"},
      {"count", 3},
      {"ratio", 0.5},
      {"complete", true},
      {"nothing", nullptr},
      {"none", Value::array()},
      {"empty", Value::object()},
      {"items", Value::array({Value::object({{"name", "a"}, {"tags", Value::array({"x", "z"})}}),
                              Value::object({{"name", "b"}, {"meta", Value::object({{"k", 1}})}}),
                              Value::array({1, Value::array({2, 3})}), Value::object()})},
      {"apiVersion", "v1"},
  });
}

}  // namespace

TEST_CASE("an object keeps its order and its names are unique", "[output]") {
  Value value;
  value.set("b", 1);
  value.set("a", 2);
  value.set("b", "new");
  CHECK(value == Value::object({{"b", "new"}, {"a", 2}}));
  CHECK_FALSE(value == Value::object({{"a", 2}, {"b", "new"}}));
  REQUIRE(value.find("a") != nullptr);
  CHECK(*value.find("a") == Value(2));
  CHECK(value.find("c") == nullptr);
  CHECK(Value(1).find("a") == nullptr);
}

TEST_CASE("values of different kinds differ", "[output]") {
  const Value values[] = {Value(),
                          Value(false),
                          Value(true),
                          Value(0),
                          Value(1),
                          Value(0.5),
                          "",
                          "x",
                          Value::array(),
                          Value::array({1}),
                          Value::object(),
                          Value::object({{"a", 1}}),
                          Value::object({{"a", 2}})};
  for (const Value& a : values)
    for (const Value& b : values) CHECK((a == b) == (&a == &b));
}

TEST_CASE("an array is built element by element", "[output]") {
  Value value;
  value.push_back(1);
  value.push_back("two");
  CHECK(value == Value::array({1, "two"}));
}

TEST_CASE("JSON is indented as kubectl indents it", "[output]") {
  CHECK(json(document()) == R"({
    "kind": "Report",
    "count": 3,
    "ratio": 0.5,
    "complete": true,
    "nothing": null,
    "none": [],
    "empty": {},
    "items": [
        {
            "name": "a",
            "tags": [
                "x",
                "z"
            ]
        },
        {
            "name": "b",
            "meta": {
                "k": 1
            }
        },
        [
            1,
            [
                2,
                3
            ]
        ],
        {}
    ],
    "apiVersion": "v1"
}
)");
}

TEST_CASE("JSON text and numbers stay JSON", "[output]") {
  CHECK(json("a\"\\\n\x01ä") == "\"a\\\"\\\\\\n\\u0001ä\"\n");
  CHECK(json("a\xff\xc3") == "\"a\xef\xbf\xbd\xef\xbf\xbd\"\n");
  CHECK(json(Value::object({{"\xff", 1}})) == "{\n    \"\xef\xbf\xbd\": 1\n}\n");
  CHECK(json(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808\n");
  CHECK(json(std::nan("")) == "null\n");
  CHECK(json(std::numeric_limits<double>::infinity()) == "null\n");
}

TEST_CASE("YAML is laid out as kubectl lays it out", "[output]") {
  CHECK(yaml(document()) == R"(kind: Report
count: 3
ratio: 0.5
complete: true
nothing: null
none: []
empty: {}
items:
- name: a
  tags:
  - x
  - z
- name: b
  meta:
    k: 1
- - 1
  - - 2
    - 3
- {}
apiVersion: v1
)");
  CHECK(yaml(Value::array()) == "[]\n");
  CHECK(yaml(Value::object()) == "{}\n");
  CHECK(yaml(7) == "7\n");
  CHECK(yaml(std::nan("")) == "null\n");
}

TEST_CASE("YAML text that looks like another type is quoted", "[output]") {
  const char* quoted[] = {"",
                          "~",
                          "null",
                          "Null",
                          "true",
                          "FALSE",
                          "yes",
                          "No",
                          "on",
                          "y",
                          "N",
                          "12",
                          "-1",
                          "+1",
                          "1.5",
                          "1e3",
                          ".5",
                          "0x1F",
                          "0o17",
                          "0b11",
                          "1_000",
                          "12:30:45",
                          ".inf",
                          "-.INF",
                          ".NaN",
                          "<<",
                          "=",
                          "2026-01-01",
                          "2026-11-24T18:57:39Z",
                          "2001-12-14 21:59:43.10 -5",
                          "-",
                          "---"};
  for (const char* text : quoted) {
    CAPTURE(text);
    CHECK(yaml(text) == '"' + std::string(text) + "\"\n");
  }
}

TEST_CASE("YAML text that needs no quotes has none", "[output]") {
  const char* plain[] = {"v1",   "kube-system", "v1.32.4", "secrets",  "k8s:enc:aescbc:v1:key1",
                         "none", "a b",         "-k",      "1.2.3-rc", "ä"};
  for (const char* text : plain) {
    CAPTURE(text);
    CHECK(yaml(text) == std::string(text) + "\n");
  }
}

TEST_CASE("YAML text with special characters is quoted", "[output]") {
  const std::pair<const char*, const char*> rows[] = {
      {"a: b", "\"a: b\""},
      {"a #b", "\"a #b\""},
      {"#a", "\"#a\""},
      {"- a", "\"- a\""},
      {"a:", "\"a:\""},
      {" a", "\" a\""},
      {"a ", "\"a \""},
      {"*a", "\"*a\""},
      {"&a", "\"&a\""},
      {"!a", "\"!a\""},
      {"{a", "\"{a\""},
      {"[a", "\"[a\""},
      {"%a", "\"%a\""},
      {"@a", "\"@a\""},
      {"'a'", "\"'a'\""},
      {"\"a\"", R"("\"a\"")"},
      {"a\nb", R"("a\nb")"},
      {"a\n", R"("a\n")"},
      {"a\tb", R"("a\tb")"},
      {"a\x1b[0m", R"("a\x1b[0m")"},
      {"a\xc2\x85", R"("a\x85")"},
      {"\xe2\x80\xa8", R"("\u2028")"},
      {"\xef\xbb\xbf", R"("\ufeff")"},
      {"a\xff", "a\xef\xbf\xbd"},
  };
  for (const auto& [text, expected] : rows) {
    CAPTURE(text);
    CHECK(yaml(text) == std::string(expected) + "\n");
  }
  CHECK(yaml(Value::object({{"true", 1}, {"a: b", 2}})) == "\"true\": 1\n\"a: b\": 2\n");
}
