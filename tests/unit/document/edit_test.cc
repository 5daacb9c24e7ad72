#include "document/edit.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace kencrypt;
using namespace kencrypt::document;

namespace {

const std::string kText =
    "resources:\n"
    "- resources: [secrets]\n"
    "  providers:\n"
    "  # the new one\n"
    "  - aescbc:\n"
    "      keys:\n"
    "      - name: key2  # since March\n"
    "        secret: x\n"
    "      -\n"
    "        name: key1\n"
    "        secret: y\n"
    "\n"
    "  # for what was there before\n"
    "  - identity: {}\n"
    "tail: 1\n";

std::string cut(const std::string& text, Range range) { return text.substr(range.begin, range.end - range.begin); }

}  // namespace

TEST_CASE("an item has its lines and the comments above it", "[document]") {
  const auto tree = parse_tree(kText);
  REQUIRE(tree);
  const Node& providers = *tree->root.find("resources")->items[0].find("providers");
  CHECK(indentation(providers) == 2);
  CHECK(cut(kText, item_lines(kText, providers, 1)) == "  # for what was there before\n  - identity: {}\n");
  CHECK(cut(kText, item_lines(kText, providers, 0)).starts_with("  # the new one\n  - aescbc:\n"));
  CHECK(cut(kText, item_lines(kText, providers, 0)).ends_with("        secret: y\n"));
  const Node& keys = *providers.items[0].find("aescbc")->find("keys");
  CHECK(cut(kText, item_lines(kText, keys, 0)) == "      - name: key2  # since March\n        secret: x\n");
  CHECK(cut(kText, item_lines(kText, keys, 1)) == "      -\n        name: key1\n        secret: y\n");
}

TEST_CASE("a field has its lines, the first of an item but from its name on", "[document]") {
  const auto tree = parse_tree(kText);
  REQUIRE(tree);
  CHECK(cut(kText, field_lines(kText, tree->root, 1)) == "tail: 1\n");
  const Node& entry = tree->root.find("resources")->items[0];
  CHECK(cut(kText, field_lines(kText, entry, 0)) == "resources: [secrets]\n");
  CHECK(cut(kText, field_lines(kText, entry, 1)).starts_with("  providers:\n"));
}

TEST_CASE("edits leave everything else as it is", "[document]") {
  const std::string text = "a\r\nb\r\nc";
  CHECK(line_break(text) == "\r\n");
  CHECK(line_begin(text, 4) == 3);
  CHECK(line_end(text, 4) == 6);
  CHECK(line_end(text, 7) == 7);
  const std::vector<Edit> edits = {{{6, 6}, SecretBytes("2\r\n")}, {{0, 3}, SecretBytes("")}, {{6, 6}, SecretBytes("3\r\n")}};
  const auto changed = apply_edits(text, edits);
  REQUIRE(changed);
  CHECK(changed->view() == "b\r\n2\r\n3\r\nc");
}

TEST_CASE("edits that overlap are refused", "[document]") {
  const std::vector<Edit> edits = {{{0, 2}, SecretBytes("")}, {{1, 3}, SecretBytes("")}};
  CHECK_FALSE(apply_edits("abc", edits));
  const std::vector<Edit> beyond = {{{2, 4}, SecretBytes("")}};
  CHECK_FALSE(apply_edits("abc", beyond));
}

TEST_CASE("a list that has an anchor begins at it, and its dashes stand elsewhere", "[document]") {
  const std::string text = "a: &all\n  # of x\n  - x\n";
  const auto tree = parse_tree(text);
  REQUIRE(tree);
  const Node& list = tree->root.fields[0].value;
  CHECK(dash_column(text, list) == 2);
  CHECK(cut(text, item_lines(text, list, 0)) == "  # of x\n  - x\n");
}
