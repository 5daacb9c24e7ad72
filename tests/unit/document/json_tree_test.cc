#include <catch2/catch.hpp>
#include <string>

#include "document/tree.h"

using namespace kencrypt;
using namespace kencrypt::document;

TEST_CASE("JSON is read by Go's rules, with the place of everything", "[document]") {
  const auto tree = parse_json_tree("{\"a\": [1, 2.0, null],\n \"b\": \"x\\u00e9\\ud83d\\ude00\\/\"}\n");
  REQUIRE(tree);
  CHECK(tree->json);
  const Node* a = tree->root.find("a");
  REQUIRE(a != nullptr);
  REQUIRE(a->items.size() == 3);
  CHECK(a->items[0].whole == 1);
  CHECK(a->items[1].kind == Kind::number);
  CHECK_FALSE(a->items[1].whole.has_value());
  CHECK(a->items[2].kind == Kind::null);
  const Node* b = tree->root.find("b");
  REQUIRE(b != nullptr);
  CHECK(b->text() == "x\xC3\xA9\xF0\x9F\x98\x80/");
  CHECK(b->begin.line == 2);
  CHECK(b->begin.column == 7);
}

TEST_CASE("what is no UTF-8 in JSON is U+FFFD, and so is half of a pair", "[document]") {
  const auto tree = parse_json_tree("[\"\xFF\", \"\\ud83d\", \"\\ud83dx\", \"\xC0\x80\"]");
  REQUIRE(tree);
  CHECK(tree->root.items[0].text() == "\xEF\xBF\xBD");
  CHECK(tree->root.items[1].text() == "\xEF\xBF\xBD");
  CHECK(tree->root.items[2].text() == "\xEF\xBF\xBDx");
  CHECK(tree->root.items[3].text() == "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST_CASE("what JSON does not have is an error", "[document]") {
  for (const char* text : {"", "{", "{}x", "{\"a\":1,}", "[1,]", "{a:1}", "// x\n{}", "[01]", "[1.]", "[\"\\x\"]", "[\"a\nb\"]", "[\"\\u12g4\"]",
                           "{1:2}", "nul", "[+1]", "\"a"})
    CHECK_FALSE(parse_json_tree(text).has_value());
  CHECK_FALSE(parse_json_tree(std::string(1000, '[')).has_value());
}

TEST_CASE("a brace behind blanks of any kind makes a file JSON", "[document]") {
  CHECK(is_json(" \n\t{"));
  CHECK(is_json("\xC2\xA0\xE2\x80\xA8{"));
  CHECK_FALSE(is_json("\xEF\xBB\xBF{"));
  CHECK_FALSE(is_json("- {"));
  CHECK_FALSE(parse_as_server("\xC2\xA0{}").has_value());
}
