#include "kube/impersonation.h"

#include <catch2/catch.hpp>

namespace kencrypt::kube {
namespace {

std::vector<std::string> lines(const Impersonation& as) {
  std::vector<std::string> result;
  for (const http::Header& header : impersonation_headers(as))
    result.push_back(header.name + ": " + header.value);
  return result;
}

TEST_CASE("impersonation headers", "[impersonation]") {
  CHECK(lines({}).empty());
  CHECK(lines({"alice", "", {}, {}}) == std::vector<std::string>{"Impersonate-User: alice"});
  CHECK(lines({"alice", "7", {"g1", "g 2"}, {{"scopes", {"a", "b"}}}}) ==
        std::vector<std::string>{"Impersonate-User: alice", "Impersonate-Uid: 7",
                                 "Impersonate-Group: g1", "Impersonate-Group: g 2",
                                 "Impersonate-Extra-scopes: a", "Impersonate-Extra-scopes: b"});
}

TEST_CASE("keys are escaped to fit into a header name", "[impersonation]") {
  CHECK(lines({"a", "", {}, {{"example.com/scopes%2F é", {"x"}}}}).back() ==
        "Impersonate-Extra-example.com%2Fscopes%252F%20%C3%A9: x");
  CHECK(lines({"a", "", {}, {{"!#$&'*+-.^_`|~aZ09", {"x"}}}}).back() ==
        "Impersonate-Extra-!#$&'*+-.^_`|~aZ09: x");
}

}  // namespace
}  // namespace kencrypt::kube
