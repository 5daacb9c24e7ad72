// kubectl's JSONPath: what each expression prints of one document, or why it cannot. The end-to-end
// tests compare the same with client-go and with kubectl itself.
#include <catch2/catch.hpp>
#include <sstream>

#include "output/document_template.h"
#include "output/jsonpath_evaluation.h"
#include "output/jsonpath_parser.h"

using namespace kencrypt;
using namespace kencrypt::output;

namespace {

Value document() {
  const Value first =
      Value::object({{"name", "a"},
                     {"total", 3},
                     {"share", 0.5},
                     {"exact", true},
                     {"keys", Value::array({Value::object({{"key", "k1"}, {"count", 2}}),
                                            Value::object({{"key", "k2"}, {"count", 1}})})}});
  const Value second = Value::object(
      {{"name", "b"}, {"total", 0}, {"share", 1e21}, {"exact", false}, {"keys", Value::array()}});
  const Value third =
      Value::object({{"name", "c c"},
                     {"total", 7},
                     {"exact", false},
                     {"note", nullptr},
                     {"keys", Value::array({Value::object({{"key", "k1"}, {"count", 7}})})}});
  return Value::object({{"kind", "Report"},
                        {"items", Value::array({first, second, third})},
                        {"a.b", "dotted"},
                        {"odd", "<&>\n\x01"},
                        {"none", nullptr},
                        {"nested", Value::object({{"z", 1}, {"a", Value::array({1, "x"})}})}});
}

std::string print(std::string_view output, TemplateFlags flags = {}) {
  const auto form = read_template(output, flags);
  if (!form) return "error: " + form.error().message;
  REQUIRE(*form);
  std::ostringstream out;
  const Value whole = document();
  const auto written = (*form)->write(out, whole, whole.find("items"));
  return written ? out.str() : "error: " + written.error().message;
}

struct Row {
  std::string expression;
  std::string printed;
};

void check(const std::vector<Row>& rows) {
  for (const auto& [expression, printed] : rows) {
    CAPTURE(expression);
    CHECK(print("jsonpath=" + expression) == printed);
  }
}

// Behind the words that name the template.
std::string failure(const std::string& expression) {
  const std::string text = print("jsonpath=" + expression);
  const std::string parsing = "error: error parsing jsonpath " + expression + ", ";
  if (text.starts_with(parsing)) return text.substr(parsing.size());
  const auto at = text.find("\": ");
  REQUIRE(text.starts_with("error: error executing jsonpath \""));
  return text.substr(at + 3);
}

}  // namespace

TEST_CASE("fields, quoted keys and text around", "[jsonpath]") {
  check(
      {{"{.kind}", "Report"},
       {"{$.kind}", "Report"},
       {"{@.kind}", "Report"},
       {"{ .kind }", "Report"},
       {"plain", "plain"},
       {"", "error: template format specified but no template given"},
       {"kind={.kind};", "kind=Report;"},
       {"{.kind}{.kind}", "ReportReport"},
       {"{['kind']}", "Report"},
       {"{.a\\.b}", "dotted"},
       {"{['a\\.b']}", "dotted"},
       {"{['a.b']}", ""},
       {"{.missing}", ""},
       {"{.kind.missing}", ""},
       {"{.none}", "null"},
       {"{.none.x}", ""},
       {"{}",
        R"({"a.b":"dotted","items":[)"
        R"({"exact":true,"keys":[{"count":2,"key":"k1"},{"count":1,"key":"k2"}],"name":"a","share":0.5,"total":3},)"
        R"({"exact":false,"keys":[],"name":"b","share":1e+21,"total":0},)"
        R"({"exact":false,"keys":[{"count":7,"key":"k1"}],"name":"c c","note":null,"total":7}],)"
        R"("kind":"Report","nested":{"a":[1,"x"],"z":1},"none":null,"odd":"\u003c\u0026\u003e\n\u0001"})"},
       {"{.odd}", "<&>\n\x01"},
       {"{.items[0].share} {.items[1].share}", "0.5 1e+21"}});
}

TEST_CASE("lists: places, slices, unions", "[jsonpath]") {
  check({{"{.items[0].name}", "a"},
         {"{.items[-1].name}", "c c"},
         {"{.items[*].name}", "a b c c"},
         {"{.items[:].name}", "a b c c"},
         {"{.items[].name}", "a"},
         {"{.items[1:].name}", "b c c"},
         {"{.items[:2].name}", "a b"},
         {"{.items[0:3:2].name}", "a c c"},
         {"{.items[::2].name}", "a c c"},
         {"{.items[-2:-1].name}", "b"},
         {"{.items[0:0].name}", ""},
         {"{.items[0,2].name}", "a c c"},
         {"{.items[0, 2].name}", "a c c"},
         {"{.items[*]['name','total']}", "a b c c 3 0 7"},
         {"{.nested.*}", "1 [1,\"x\"]"},
         {"{.nested[*]}",
          "error: error executing jsonpath \"{.nested[*]}\": map[string]interface {} is not array "
          "or slice"},
         {"{.items[0].keys[*].key}", "k1 k2"},
         // client-go would stop at the second item, whose list is empty.
         {"{.items[*].keys[*].key}", "k1 k2 k1"},
         {"{.none[0]}", ""}});
}

TEST_CASE("what is below, at any depth", "[jsonpath]") {
  check({{"{..key}", "k1 k2 k1"},
         {"{..keys[0].key}",
          "error: error executing jsonpath \"{..keys[0].key}\": array index out of bounds: index "
          "0, length 0"},
         {"{.items[0].keys..count}", "2 1"},
         {"{..[?(@.key)].key}",
          "error: error executing jsonpath \"{..[?(@.key)].key}\": "
          "map[string]interface {} is not array or slice and cannot be filtered"},
         {"{.nested..}", R"({"a":[1,"x"],"z":1} [1,"x"] x)"},
         {"{.items[0].name.*}", "97"}});
}

TEST_CASE("filters with every comparison", "[jsonpath]") {
  check({{R"({.items[?(@.name=="b")].total})", "0"},
         {R"({.items[?(@.name=='b')].total})", "0"},
         {R"({.items[?(@.name!="b")].name})", "a c c"},
         {"{.items[?(@.total>3)].name}", "c c"},
         {"{.items[?(@.total>=3)].name}", "a c c"},
         {"{.items[?(@.total<3)].name}", "b"},
         {"{.items[?(@.total<=3)].name}", "a b"},
         {"{.items[?(@.total == 3)].name}", "a"},
         {"{.items[?(@.exact==true)].name}", "a"},
         {"{.items[?(@.share<1.0)].name}", "a"},
         {"{.items[?(@.name<\"b\")].name}", "a"},
         {"{.items[?(@.share)].name}", "a b"},
         {"{.items[?(@.note)].name}", "c c"},
         {"{.items[?(@.keys[0].count==2)].name}",
          "error: error executing jsonpath \"{.items[?(@.keys[0].count==2)].name}\": array index "
          "out of bounds: index 0, length 0"},
         {"{.items[?(@.name==\"(a)\")].name}", ""},
         {R"({.items[0].keys[?(@.key=="k2")].count})", "1"},
         {"{.items[?(@.total==@.total)].name}", "a b c c"}});
}

TEST_CASE("ranges", "[jsonpath]") {
  check(
      {{R"({range .items[*]}{.name}={.total}{"\n"}{end})", "a=3\nb=0\nc c=7\n"},
       {R"({range .items[*]}{.name}:{range .keys[*]}{.key},{end};{end}!)", "a:k1,k2,;b:;c c:k1,;!"},
       {"{range .missing[*]}{.name}{end}after", "after"},
       {"{range .items[?(@.total>0)]}[{.name}]{end}", "[a][c c]"}});
}

TEST_CASE("quoted text", "[jsonpath]") {
  check({{R"({"a\tb"})", "a\tb"},
         {R"({'a\tb'})", "a\tb"},
         {R"({"\x41\101\u00e4\U0001F600\\\""})", "AA\xc3\xa4\xf0\x9f\x98\x80\\\""},
         {R"({'it\'s'})", "it's"},
         {R"({""})", ""},
         {R"({.kind}{"}"})", "Report}"},
         {"{true}{1}{-2.50}{+3}", "true1-2.53"}});
}

TEST_CASE("a range without an end goes over the rest once more for the document", "[jsonpath]") {
  CHECK(print("jsonpath={range .items[*]}{.name}") == "abc c");
  CHECK(print("jsonpath={range .items[0:2]}{.name}{.kind}") == "abReport");
}

TEST_CASE("what no template is says why, in client-go's words", "[jsonpath]") {
  const Row rows[] = {
      {"{.a", "unclosed action"},
      {"{.a\n}", "unclosed action"},
      {"{.items[}", "unterminated array"},
      {"{.items[x]}", "invalid array index x"},
      {"{.items[1:2:3:4]}", "invalid array index 1:2:3:4"},
      {"{.items[-]}", "array index - is not a number"},
      {"{.items[99999999999999999999]}", "array index 99999999999999999999 is not a number"},
      {"{.items[?(@.a}", "unterminated filter"},
      {"{.items[?(@.a)}", "unclosed array expect ]"},
      {"{\"a}", "unterminated quoted string"},
      {R"({"\q"})", R"(unquote string "\q" error invalid syntax)"},
      {R"({"\u12"})", R"(unquote string "\u12" error invalid syntax)"},
      {R"({"\ud800"})", R"(unquote string "\ud800" error invalid syntax)"},
      {"{*}", "unrecognized character in action: U+002A '*'"},
      {"{\t}", "unrecognized character in action: U+0009"},
      {"{....}", "invalid multiple recursive descent"},
      {"{1.2.3}", "cannot parse number 1.2.3"},
      {"{.items[?(@.a==)]}", "unrecognized character in action: U+003D '='"},
      {"{name}", "unrecognized identifier name"},
      {"{end}", "not in range, nothing to end"},
      {"{.items[3]}", "array index out of bounds: index 3, length 3"},
      {"{.items[-4]}", "array index out of bounds: index -1, length 3"},
      {"{.items[0:4]}", "array index out of bounds: index 3, length 3"},
      {"{.items[2:1]}", "starting index 2 is greater than ending index 1"},
      {"{.items[0:2:0]}", "step must be > 0"},
      {"{.kind[0]}", "string is not array or slice"},
      {"{.items[?(@.total==\"3\")]}", "incompatible types for comparison"},
      {"{.items[?(@.total==3.0)]}", "incompatible types for comparison"},
      {"{.items[?(@.keys==1)]}", "invalid type for comparison"},
      {"{.items[?(@.note==1)]}", "invalid type for comparison"},
      {"{.items[?(@.exact<true)]}", "invalid type for comparison"},
      {"{.items[?(@.total=3)]}", "unrecognized filter operator ="},
      {"{.items[?(@.keys[*]==3)]}", "can only compare one element at a time"}};
  for (const Row& row : rows) {
    CAPTURE(row.expression);
    CHECK(failure(row.expression) == row.printed);
  }
}

TEST_CASE("missing keys are an error if the user wants it", "[jsonpath]") {
  const TemplateFlags strict{.headers = true, .missing_keys_allowed = false};
  CHECK(print("jsonpath={.kind}", strict) == "Report");
  CHECK(print("jsonpath={.missing}", strict) ==
        "error: error executing jsonpath \"{.missing}\": missing is not found");
  CHECK(print("jsonpath={.items[*].share}", strict) == "0.5 1e+21");
}

TEST_CASE("every part as a list in JSON", "[jsonpath]") {
  CHECK(print("jsonpath-as-json={.items[0].keys}") ==
        "[\n    [\n        {\n            \"count\": 2,\n            \"key\": \"k1\"\n        },\n"
        "        {\n            \"count\": 1,\n            \"key\": \"k2\"\n        }\n    ]\n]\n");
  CHECK(print("jsonpath-as-json={.kind}") == "[\n    \"Report\"\n]\n");
  CHECK(print("jsonpath-as-json={.missing}") == "[]\n");
  CHECK(print("jsonpath-as-json={.nested.a}{.items[1].keys}") ==
        "[\n    [\n        1,\n        \"x\"\n    ]\n]\n[\n    []\n]\n");
}

TEST_CASE("a template cannot ask for more than memory bears", "[jsonpath]") {
  Value wide = Value::array();
  for (int i = 0; i < 1001; ++i) wide.push_back(Value::array({1}));
  Value whole = Value::array();
  for (int i = 0; i < 1001; ++i) whole.push_back(wide);
  const auto parts = jsonpath::parse("{[*][*]}");
  REQUIRE(parts);
  const auto refused = jsonpath::evaluate(*parts, whole, {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::too_large);
  CHECK(jsonpath::evaluate(*parts, wide, {}));
}

TEST_CASE("ranges within ranges have a limit", "[jsonpath]") {
  const auto nested = [](std::size_t depth) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text = "{range @}" + text + "{end}";
    return *jsonpath::parse(text);
  };
  CHECK(jsonpath::evaluate(nested(jsonpath::kMaxRanges), document(), {}));
  CHECK_FALSE(jsonpath::evaluate(nested(jsonpath::kMaxRanges + 1), document(), {}));
}

TEST_CASE("filters within filters end somewhere", "[jsonpath]") {
  std::string nested;
  for (int i = 0; i < 10000; ++i) nested += "[?(";
  CHECK_FALSE(jsonpath::parse("{" + nested + "}"));
  nested = "@.a";
  for (int i = 0; i < 30; ++i) nested = "['" + nested + "']";
  CHECK_FALSE(jsonpath::parse("{" + nested + "}"));
}
