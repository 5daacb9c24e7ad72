#include "kube/json_walk.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace kencrypt::kube {
namespace {

struct Seen {
  bool whole = false;
  std::vector<std::string> leaves;
  std::vector<std::string> ends;
};

Seen walk(std::string_view text) {
  Seen seen;
  seen.whole =
      walk_json(text, {.on_leaf =
                           [&](auto path, auto value) {
                             seen.leaves.push_back(std::string(path) + "=" + std::string(value));
                           },
                       .on_end = [&](auto path) { seen.ends.emplace_back(path); }});
  return seen;
}

TEST_CASE("every leaf comes with its place", "[kube]") {
  const Seen seen =
      walk(R"({"a":1.50,"b":{"c":"x","n":null,"d":[true,{"e":"1"},[2],3],"f":"y"},"g":[],"h":{}})");
  CHECK(seen.whole);
  CHECK(seen.leaves == std::vector<std::string>{".a=1.50", ".b.c=x", ".b.d[]=true", ".b.d[].e=1",
                                                ".b.d[][]=2", ".b.d[]=3", ".b.f=y"});
  CHECK(seen.ends == std::vector<std::string>{".b.d[]", ".b", ".h", ""});
}

TEST_CASE("what is no JSON object is refused", "[kube]") {
  const auto text = GENERATE("", "[]", "1", "null", "{", R"({"a":})", R"({"a":1}x)", "<html>");
  CAPTURE(text);
  CHECK_FALSE(walk(text).whole);
}

TEST_CASE("a document may not be deeper than the limit", "[kube]") {
  const auto nested = [](int depth) {
    std::string text = "1";
    for (int i = 0; i < depth; ++i) text = "{\"a\":" + text + "}";
    return text;
  };
  CHECK(walk(nested(kMaxJsonDepth)).whole);
  CHECK_FALSE(walk(nested(kMaxJsonDepth + 1)).whole);
}

}  // namespace
}  // namespace kencrypt::kube
