#include "output/custom_columns.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "fakes/temp_dir.h"
#include "output/document_template.h"

using namespace kencrypt;
using namespace kencrypt::output;

namespace {

const Value& rows() {
  static const Value all = Value::array(
      {Value::object({{"name", "a"},
                      {"n", 1},
                      {"list", Value::array({"x", "y"})},
                      {"map", Value::object({{"z", 1}, {"b", nullptr}})}}),
       Value::object({{"name", "a longer name"}, {"n", 1000000.0}, {"list", Value::array()}})});
  return all;
}

std::string print(std::string_view output, TemplateFlags flags = {}, const Value* lines = &rows()) {
  const auto form = read_template(output, flags);
  if (!form) return "error: " + form.error().message;
  REQUIRE(*form);
  std::ostringstream out;
  const Value document = Value::object({{"total", 2}});
  const auto written = (*form)->write(out, document, lines);
  return written ? out.str() : "error: " + written.error().message;
}

}  // namespace

TEST_CASE("a column a path, with or without dot and braces", "[columns]") {
  CHECK(print("custom-columns=NAME:.name,N:{n},ALSO:{.n},NONE:nope") ==
        "NAME            N       ALSO    NONE\n"
        "a               1       1       <none>\n"
        "a longer name   1e+06   1e+06   <none>\n");
}

TEST_CASE("several values of a path, and values that are no scalars", "[columns]") {
  CHECK(print("custom-columns=A:.list[*],B:.list,C:.map,D:") ==
        "A        B       C                  D\n"
        "x,y      [x y]   map[b:<nil> z:1]   <none>\n"
        "<none>   []      <none>             <none>\n");
}

TEST_CASE("headers: alone without rows, and none with --no-headers", "[columns]") {
  const Value none = Value::array();
  CHECK(print("custom-columns=NAME:.name,N:.n", {}, &none) == "NAME   N\n");
  CHECK(print("custom-columns=NAME:.name,N:.n", {.headers = false}) ==
        "a               1\na longer name   1e+06\n");
  CHECK(print("custom-columns=NAME:.name", {.headers = false}, &none) == "");
}

TEST_CASE("a document without rows is its own row", "[columns]") {
  CHECK(print("custom-columns=TOTAL:.total", {}, nullptr) == "TOTAL\n2\n");
}

TEST_CASE("columns that are none say why, in kubectl's words", "[columns]") {
  CHECK(print("custom-columns") ==
        "error: custom-columns format specified but no custom columns given");
  CHECK(print("custom-columns=") ==
        "error: custom-columns format specified but no custom columns given");
  CHECK(print("custom-columns=A") ==
        "error: unexpected custom-columns spec: A, expected <header>:<json-path-expr>");
  CHECK(print("custom-columns=A:.a,") ==
        "error: unexpected custom-columns spec: , expected <header>:<json-path-expr>");
  CHECK(print("custom-columns=A:{.a}{.b}") ==
        "error: unexpected path string, expected a 'name1.name2' or '.name1.name2' or "
        "'{name1.name2}' or '{.name1.name2}'");
  CHECK(print("custom-columns=A:.a[") == "error: unterminated array");
  CHECK(print("custom-columns=A:.name[0]") == "error: string is not array or slice");
  CHECK(print("custom-columns=A:.nope", {.missing_keys_allowed = false}) ==
        "error: nope is not found");
}

TEST_CASE("columns and templates from files", "[columns]") {
  const fakes::TempDir directory;
  const std::string path = (directory.path() / "template").string();
  const auto with = [&path](std::string_view format, std::string_view content) {
    std::ofstream(path) << content;
    return print(std::string(format) + "=" + path);
  };
  CHECK(with("custom-columns-file", "NAME   N\n{.name}\t.n\n") ==
        "NAME            N\na               1\na longer name   1e+06\n");
  CHECK(with("jsonpath-file", "total: {.total}\n") == "total: 2\n");
  CHECK(with("custom-columns-file", "")
            .starts_with("error: invalid template, missing header line. "));
  CHECK(with("custom-columns-file", "A\n")
            .starts_with("error: invalid template, missing spec line. "));
  CHECK(with("custom-columns-file", "A B\n.a\n") ==
        "error: number of headers (2) and field specifications (1) don't match");
  CHECK(with("jsonpath-file", "{.a")
            .starts_with("error: error parsing jsonpath {.a, unclosed action"));
  CHECK(print("jsonpath-file=/nonexistent")
            .starts_with("error: error reading --template /nonexistent, open /nonexistent: "));
  CHECK(print("custom-columns-file=/nonexistent")
            .starts_with("error: error reading template /nonexistent, open /nonexistent: "));
  CHECK(with("jsonpath-file", std::string(kMaxTemplateFile + 1, 'x'))
            .find("is larger than 1048576 bytes") != std::string::npos);
}

TEST_CASE("other formats are no templates", "[columns]") {
  for (const char* other : {"", "json", "jsonpathx={.a}", "go-template={{.a}}", "custom"}) {
    const auto form = read_template(other, {});
    REQUIRE(form);
    CHECK_FALSE(*form);
  }
}
