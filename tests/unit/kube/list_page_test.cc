#include "kube/list_page.h"

#include <catch2/catch.hpp>
#include <string>

namespace kencrypt::kube {
namespace {

const std::string kFirst =
    R"({"metadata":{"name":"a","namespace":"n1","uid":"u","resourceVersion":"7",)"
    R"("annotations":{"name":"not me","metadata":"x","resourceVersion":"999"},)"
    R"("managedFields":[{"manager":"m","fieldsV1":{"f:metadata":{"f:name":{}}}}]},)"
    R"("data":{"name":"bm8=","items":"W10=","metadata":"e30="},"type":"Opaque"})";
const std::string kSecond =
    R"( { "type" : "Opaque" , "metadata" : { "resourceVersion" : "8" , "name" : "ü\u00e9\"]}" } , "n":[1,-2.5e300,null,true,{}] } )";
const std::string kPage =
    R"({"kind":"SecretList","apiVersion":"v1","metadata":{"resourceVersion":"50","continue":"tok\u003d","remainingItemCount":12},"items":[)" +
    kFirst + "," + kSecond + "]}\n";

TEST_CASE("a page's items are the very bytes that were sent", "[list_page]") {
  const auto page = parse_list_page(kPage);
  REQUIRE(page);
  REQUIRE(page->items.size() == 2);
  CHECK(page->items[0].bytes == kFirst);
  CHECK(page->items[1].bytes == kSecond.substr(1, kSecond.size() - 2));
  CHECK(page->items[0].object == ObjectName{"n1", "a"});
  CHECK(page->items[0].resource_version == "7");
  CHECK(page->items[1].object == ObjectName{"", "ü\u00e9\"]}"});
  CHECK(page->items[1].resource_version == "8");
  CHECK(page->continue_token == "tok=");
  CHECK(page->remaining == 12U);
  CHECK(page->resource_version == "50");
}

TEST_CASE("metadata after the items is read too", "[list_page]") {
  const auto page =
      parse_list_page(R"({"apiVersion":"v1","items":[],"kind":"L","metadata":{"continue":"t"}})");
  REQUIRE(page);
  CHECK(page->items.empty());
  CHECK(page->continue_token == "t");
  CHECK_FALSE(page->remaining);
}

TEST_CASE("items may be null", "[list_page]") {
  const auto page = parse_list_page(R"({"kind":"SecretList","metadata":{},"items":null})");
  REQUIRE(page);
  CHECK(page->items.empty());
}

TEST_CASE("a page cut anywhere is an error, not a shorter page", "[list_page]") {
  for (std::size_t cut = 0; cut + 1 < kPage.size(); ++cut) {
    INFO("cut at " << cut);
    const auto page = parse_list_page(std::string_view(kPage).substr(0, cut));
    CHECK_FALSE(page);
  }
}

TEST_CASE("what is not a list is refused without quoting it", "[list_page]") {
  const auto* text = GENERATE("", "[]", "null", "7", "<html>canary</html>", R"({"kind":"Secret"})",
                              R"({"items":[{"metadata":{"name":"canary"}}]})",          // no resourceVersion
                              R"({"items":[{"metadata":{"resourceVersion":"1"}}]})",    // no name
                              R"({"items":[{"data":{"a":"canary"}}]})", R"({"items":[]}x)");
  const auto page = parse_list_page(text);
  REQUIRE_FALSE(page);
  CHECK(page.error().kind == ErrorKind::protocol);
  CHECK(page.error().message.find("canary") == std::string::npos);
}

TEST_CASE("a page that leads back to itself is refused, so that a list ends", "[list_page]") {
  const auto page = [](std::string_view token) {
    ListPage made;
    made.continue_token = token;
    return made;
  };
  CHECK(refuse_circle(page("b"), "a"));
  CHECK(refuse_circle(page("b"), ""));
  CHECK(refuse_circle(page(""), ""));
  CHECK(refuse_circle(page(""), "a"));
  const auto circle = refuse_circle(page("a"), "a");
  REQUIRE_FALSE(circle);
  CHECK(circle.error().kind == ErrorKind::protocol);
}

TEST_CASE("deep nesting does not overflow the stack", "[list_page]") {
  const std::string deep(2000000, '[');
  CHECK_FALSE(parse_list_page(R"({"items":[{"metadata":{"name":"a","resourceVersion":"1"},"x":)" + deep));
}

TEST_CASE("one object", "[list_page]") {
  const auto object = parse_object(kFirst);
  REQUIRE(object);
  CHECK(object->bytes == kFirst);
  CHECK(object->object.name == "a");
  CHECK(object->resource_version == "7");
  for (std::size_t cut = 0; cut < kFirst.size(); ++cut)
    CHECK_FALSE(parse_object(std::string_view(kFirst).substr(0, cut)));
  CHECK_FALSE(parse_object("[]"));
  CHECK_FALSE(parse_object("{}"));
}

}  // namespace
}  // namespace kencrypt::kube
