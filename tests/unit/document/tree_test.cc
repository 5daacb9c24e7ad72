#include "document/tree.h"

#include <catch2/catch.hpp>
#include <string>

using namespace kencrypt;
using namespace kencrypt::document;

TEST_CASE("a tree knows where each of its nodes stands", "[document]") {
  const std::string text = "# top\na: 1\nlist:\n- x\n- name: y\n  more: {z: [1, 'two']}\n";
  const auto tree = parse_tree(text);
  REQUIRE(tree);
  REQUIRE(tree->root.is_map());
  CHECK(tree->root.begin.line == 2);
  const Node* list = tree->root.find("list");
  REQUIRE(list != nullptr);
  CHECK(list->begin.line == 4);
  CHECK(list->begin.column == 1);
  CHECK_FALSE(list->flow);
  REQUIRE(list->items.size() == 2);
  const Node* more = list->items[1].find("more");
  REQUIRE(more != nullptr);
  CHECK(more->flow);
  CHECK(text.substr(more->begin.offset, more->end.offset - more->begin.offset) == "{z: [1, 'two']}");
  const Node* z = more->find("z");
  REQUIRE(z != nullptr);
  CHECK(z->items[0].kind == Kind::integer);
  CHECK(z->items[1].kind == Kind::text);
  CHECK(z->items[1].quoted);
  CHECK(list->end.offset == more->end.offset);
}

TEST_CASE("offsets count bytes, also behind a byte order mark and letters of several bytes", "[document]") {
  const std::string text = "\xEF\xBB\xBF# \xC3\xA4\xE2\x82\xAC\nname: '\xC3\xBC'\nend: x\n";
  const auto tree = parse_tree(text);
  REQUIRE(tree);
  const Node* end = tree->root.find("end");
  REQUIRE(end != nullptr);
  CHECK(end->begin.offset == text.find("x\n"));
  const Node* name = tree->root.find("name");
  CHECK(text.substr(name->begin.offset, name->end.offset - name->begin.offset) == "'\xC3\xBC'");
}

TEST_CASE("plain scalars have the types of the API server's YAML", "[document]") {
  for (const char* text : {"", "~", "null", "NULL"}) CHECK(resolve_plain(text) == Kind::null);
  for (const char* text : {"y", "yes", "On", "off", "FALSE", "true", "N"}) CHECK(resolve_plain(text) == Kind::boolean);
  for (const char* text : {"0", "-1", "+7", "0x1F", "0b11", "0o17", "017", "1_000", "18446744073709551615"})
    CHECK(resolve_plain(text) == Kind::integer);
  for (const char* text : {"1.5", ".5", "1e3", "-2.", ".inf", ".NaN", "08", "18446744073709551616"})
    CHECK(resolve_plain(text) == Kind::number);
  for (const char* text : {"nulL", "Yep", "oN", "2024-01-01", "1.2.3", "0xg", "-", ".", "key1", "+x", "1e"})
    CHECK(resolve_plain(text) == Kind::text);
}

TEST_CASE("an alias is its anchor's value at its own place", "[document]") {
  const auto tree = parse_tree("a: &one [1, 2]\nb: *one\n");
  REQUIRE(tree);
  const Node* b = tree->root.find("b");
  REQUIRE(b != nullptr);
  CHECK(b->items.size() == 2);
  CHECK(b->shared);
  CHECK(b->begin.line == 2);
}

TEST_CASE("a text that is no document, or more than one, is told apart", "[document]") {
  CHECK(parse_tree("")->empty);
  CHECK(parse_tree("# nothing\n")->empty);
  CHECK_FALSE(parse_tree("---\n")->empty);
  CHECK_FALSE(parse_tree("a: 1\n")->more_documents);
  CHECK(parse_tree("a: 1\n---\nb: 1\n")->more_documents);
}

TEST_CASE("what is no YAML is an error that quotes nothing", "[document]") {
  const char* text = GENERATE("a: [TOPSECRET", "a: 'TOPSECRET", "- TOPSECRET\nb: 1", "a: *TOPSECRET", "\tTOPSECRET: 1",
                              "TOPSECRET: \xff\xfe", "a: &TOPSECRET {b: *TOPSECRET}");
  const auto tree = parse_tree(text);
  REQUIRE_FALSE(tree);
  CHECK(tree.error().kind == ErrorKind::config);
  CHECK(tree.error().message.find("line ") != std::string::npos);
  CHECK(tree.error().message.find("TOPSECRET") == std::string::npos);
}

TEST_CASE("aliases of aliases and deep nesting end at their limits", "[document]") {
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 8; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int n = 0; n < 10; ++n) bomb += (n == 0 ? "" : ",") + before;
    bomb += "]\n";
  }
  CHECK(parse_tree(bomb).error().kind == ErrorKind::too_large);
  CHECK(parse_tree(std::string(kMaxDepth + 2, '[')).error().kind == ErrorKind::too_large);
  CHECK(parse_tree(std::string(kMaxDocument + 1, ' ')).error().kind == ErrorKind::too_large);
}

TEST_CASE("whole numbers have their value", "[document]") {
  CHECK(whole_value(Kind::integer, "1_000") == 1000);
  CHECK(whole_value(Kind::integer, "0x10") == 16);
  CHECK(whole_value(Kind::integer, "0b-11") == -3);
  CHECK(whole_value(Kind::number, "1e3") == 1000);
  CHECK(whole_value(Kind::number, "-0.0") == 0);
  CHECK_FALSE(whole_value(Kind::number, "1.5").has_value());
  CHECK_FALSE(whole_value(Kind::number, ".inf").has_value());
  CHECK(resolve_plain("1e999") == Kind::text);
  CHECK(resolve_plain("1e-999") == Kind::number);
}

TEST_CASE("tags mean what they mean to the server", "[document]") {
  const auto kind = [](const char* text) {
    const auto tree = parse_tree(text);
    return tree ? std::string(kind_name(tree->root.kind)) : "error";
  };
  CHECK(kind("!!str 1") == "text");
  CHECK(kind("!!float 1") == "a whole number");
  CHECK(kind("!!int a") == "error");
  CHECK(kind("!foo 1") == "text");
  CHECK(kind("!!binary a") == "error");
  CHECK(parse_tree("!!binary a2luZA==")->root.text() == "kind");
}

TEST_CASE("where libyaml has a newer reading than its translation, the translation's counts", "[document]") {
  const auto tree = parse_tree("[a:, b]");
  REQUIRE(tree);
  REQUIRE(tree->root.items.size() == 2);
  CHECK(tree->root.items[0].text() == "a:");
  CHECK_FALSE(parse_tree("[a?b]").has_value());
  CHECK_FALSE(parse_tree("%YAML 1.2\n---\na: b\n").has_value());
  CHECK_FALSE(parse_tree("a:\n  - b\n\xEF\xBB\xBF").has_value());
  CHECK_FALSE(parse_tree("a: &x 1\nb: &x [*x]\n").has_value());
}
