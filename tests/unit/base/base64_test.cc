#include "base/base64.h"

#include <catch2/catch.hpp>

namespace kencrypt {
namespace {

struct Row {
  std::string_view plain;
  std::string_view encoded;
};
constexpr Row kRows[] = {  // RFC 4648 section 10
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
    {"\xfb\xff\xfe", "+//+"}};

TEST_CASE("base64 both ways", "[base64]") {
  for (const Row& row : kRows) {
    INFO(row.plain);
    CHECK(encode_base64(row.plain).view() == row.encoded);
    const auto decoded = decode_base64(row.encoded);
    REQUIRE(decoded);
    CHECK(decoded->view() == row.plain);
  }
}

TEST_CASE("base64 with line breaks", "[base64]") {
  const auto decoded = decode_base64("Zm9v\nYmFy\r\n");
  REQUIRE(decoded);
  CHECK(decoded->view() == "foobar");
}

TEST_CASE("what is not base64 is not repeated", "[base64]") {
  for (const auto* text : {"Zg", "Zg=", "Zg===", "Z", "Zg==Zg==", "Z!==", "Zm9v-_"}) {
    INFO(text);
    const auto decoded = decode_base64(text);
    REQUIRE_FALSE(decoded);
    CHECK(decoded.error().kind == ErrorKind::config);
    CHECK(decoded.error().message.find(text) == std::string::npos);
  }
}

}  // namespace
}  // namespace kencrypt
