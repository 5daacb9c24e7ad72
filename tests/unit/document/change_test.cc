#include "document/change.h"

#include <catch2/catch.hpp>
#include <string>

using namespace kencrypt;
using namespace kencrypt::document;

namespace {

Node mount() {
  return map_node({{"hostPath", map_node({{"path", text_node("/a")}, {"type", text_node("File")}})},
                   {"name", text_node("x")},
                   {"readOnly", true_node()}});
}

// The text with `value` put into the list at field `field` of the root, or "refused".
std::string insert(const std::string& text, std::size_t field, std::size_t index, Node value) {
  const auto tree = parse_as_server(text);
  REQUIRE(tree);
  const auto changed = make_change(
      text, *tree,
      {.kind = ChangeKind::insert_item, .path = {field}, .index = index, .name = {}, .value = std::move(value)});
  return changed ? std::string(changed->view()) : "refused";
}

std::string change(const std::string& text, Change change) {
  const auto tree = parse_as_server(text);
  REQUIRE(tree);
  const auto changed = make_change(text, *tree, change);
  return changed ? std::string(changed->view()) : "refused";
}

std::string add(const std::string& text, Node value) {
  return change(text, {.kind = ChangeKind::add_field, .path = {}, .index = 0, .name = "new", .value = std::move(value)});
}

std::string set(const std::string& text, Path path, Node value) {
  return change(text, {.kind = ChangeKind::set_value, .path = std::move(path), .index = 0, .name = {}, .value = std::move(value)});
}

}  // namespace

TEST_CASE("an item goes into a block list, as far in as the others", "[document]") {
  CHECK(insert("a:\n- x\n- y # of old\n# end\nb: 1\n", 0, 2, text_node("z")) ==
        "a:\n- x\n- y # of old\n- z\n# end\nb: 1\n");
  CHECK(insert("a:\n    - x\n    # about y\n    - y\n", 0, 1, text_node("z")) ==
        "a:\n    - x\n    - z\n    # about y\n    - y\n");
  CHECK(insert("a: &all\n  - x", 0, 1, text_node("z")) == "a: &all\n  - x\n  - z");
  CHECK(insert("a:\r\n- x\r\n", 0, 0, text_node("z")) == "a:\r\n- z\r\n- x\r\n");
  CHECK(insert("a:\n- name: y\n", 0, 1, mount()) ==
        "a:\n- name: y\n- hostPath:\n    path: /a\n    type: File\n  name: x\n  readOnly: true\n");
}

TEST_CASE("an item takes the quotes of those beside it", "[document]") {
  CHECK(insert("a:\n- \"x\"\n", 0, 1, text_node("z")) == "a:\n- \"x\"\n- \"z\"\n");
  CHECK(insert("a:\n- 'x'\n", 0, 1, text_node("z")) == "a:\n- 'x'\n- 'z'\n");
  CHECK(insert("a:\n- 'x'\n", 0, 1, text_node("it's")) == "a:\n- 'x'\n- \"it's\"\n");
  CHECK(insert("a:\n- x\n", 0, 1, text_node("yes")) == "a:\n- x\n- \"yes\"\n");
  CHECK(insert("a:\n- x\n", 0, 1, text_node("a: \"\t")) == "a:\n- x\n- \"a: \\\"\\u0009\"\n");
}

TEST_CASE("an item goes into a flow list", "[document]") {
  CHECK(insert("a: []\n", 0, 0, text_node("z")) == "a: [z]\n");
  CHECK(insert("a: [x]\n", 0, 1, text_node("z,")) == "a: [x, \"z,\"]\n");
  CHECK(insert("a: [x, y]\n", 0, 1, text_node("z")) == "a: [x, z, y]\n");
  CHECK(insert("a: [x, y,]\n", 0, 2, text_node("z")) == "a: [x, y, z,]\n");
  CHECK(insert("a: [\n  x,\n  y # of old\n]\n", 0, 2, text_node("z")) == "a: [\n  x,\n  y, # of old\n  z\n]\n");
  CHECK(insert("a: [\n  x,\n  y, # of old\n]\n", 0, 2, text_node("z")) == "a: [\n  x,\n  y, # of old\n  z,\n]\n");
  CHECK(insert("a: [\n  x,\n  y\n]\n", 0, 1, text_node("z")) == "a: [\n  x,\n  z,\n  y\n]\n");
  CHECK(insert("a: [{name: y}]\n", 0, 1, mount()) ==
        "a: [{name: y}, {hostPath: {path: /a, type: File}, name: x, readOnly: true}]\n");
}

TEST_CASE("JSON stays JSON, in its own layout", "[document]") {
  CHECK(insert(R"({"a":["x","y"]})", 0, 2, text_node("z")) == R"({"a":["x","y","z"]})");
  CHECK(insert("{\n\t\"a\": [\n\t\t\"x\"\n\t]\n}", 0, 1, text_node("z")) == "{\n\t\"a\": [\n\t\t\"x\",\n\t\t\"z\"\n\t]\n}");
  CHECK(insert(R"({"a": []})", 0, 0, text_node("z")) == R"({"a": ["z"]})");
  CHECK(insert(R"({"a":[{"name":"x"},{"name":"y"}]})", 0, 2, mount()) ==
        R"({"a":[{"name":"x"},{"name":"y"},{"hostPath":{"path":"/a","type":"File"},"name":"x","readOnly":true}]})");
  CHECK(insert("{\n  \"a\": [\n    {\n      \"name\": \"y\"\n    }\n  ]\n}\n", 0, 1, mount()) ==
        "{\n  \"a\": [\n    {\n      \"name\": \"y\"\n    },\n    {\n      \"hostPath\": {\n        \"path\": \"/a\",\n"
        "        \"type\": \"File\"\n      },\n      \"name\": \"x\",\n      \"readOnly\": true\n    }\n  ]\n}\n");
}

TEST_CASE("a field is added behind the last one", "[document]") {
  CHECK(add("a: 1\n# the end\n", list_node({text_node("z")})) == "a: 1\nnew:\n- z\n# the end\n");
  CHECK(add("a:\n  - 1", list_node({text_node("z")})) == "a:\n  - 1\nnew:\n  - z");
  CHECK(add("--- {a: 1}", list_node({text_node("z")})) == "--- {a: 1, new: [z]}");
  CHECK(add("a: |\n  text\n\n...\n", text_node("z")) == "a: |\n  text\nnew: z\n\n...\n");
}

TEST_CASE("a value is set", "[document]") {
  CHECK(set("a: x # y\n", {0}, text_node("z")) == "a: z # y\n");
  CHECK(set("a: 'x'\n", {0}, text_node("z")) == "a: 'z'\n");
  CHECK(set("a: ~\n", {0}, list_node({text_node("z")})) == "a: [z]\n");
  CHECK(set("a: # none\nb: 1\n", {0}, list_node({text_node("z")})) == "a: # none\n- z\nb: 1\n");
  CHECK(set("a:", {0}, list_node({text_node("z")})) == "a:\n- z");
}

TEST_CASE("what would change something else is refused", "[document]") {
  CHECK(insert("a: &l\n- x\nb: *l\n", 0, 1, text_node("z")) == "refused");
  CHECK(insert("b: &l\n- x\na: *l\n", 1, 1, text_node("z")) == "refused");
  CHECK(add("a: |+\n  text\n\n", text_node("z")) == "refused");  // the empty line is part of the text
  CHECK(set("a: |\n  text\nb: 1\n", {0}, text_node("z")) == "refused");
  CHECK(insert("a: x\n", 0, 0, text_node("z")) == "refused");
}

TEST_CASE("values are the same whatever they look like", "[document]") {
  const auto one = parse_tree("a: [x, 'z']\nb: {c: 1}\n");
  const auto other = parse_tree("\"a\":\n- 'x'\n- z # y\nb:\n  c: 1\n");
  REQUIRE(one);
  REQUIRE(other);
  CHECK(same_value(one->root, other->root));
  CHECK_FALSE(same_value(one->root, parse_tree("a: [x, z]\nb: {c: '1'}\n")->root));
  CHECK_FALSE(same_value(one->root, parse_tree("a: [x]\nb: {c: 1}\n")->root));
}
