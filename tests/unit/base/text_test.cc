#include "base/text.h"

#include <catch2/catch.hpp>

#include "base/base64.h"
#include "base/secret.h"

namespace kencrypt {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("durations as kubectl takes them", "[text]") {
  CHECK(parse_duration("0") == seconds(0));
  CHECK(parse_duration("30") == seconds(30));
  CHECK(parse_duration("1.5s") == milliseconds(1500));
  CHECK(parse_duration("1h2m3s") == seconds(3723));
  CHECK(parse_duration("300ms") == milliseconds(300));
  CHECK(parse_duration("") == std::nullopt);
  CHECK(parse_duration("5x") == std::nullopt);
  CHECK(parse_duration("-1s") == std::nullopt);
  CHECK(parse_duration("s") == std::nullopt);
  CHECK(parse_duration("99999999999999999999") == std::nullopt);
}

TEST_CASE("durations for people", "[text]") {
  CHECK(format_duration(milliseconds(350)) == "350ms");
  CHECK(format_duration(seconds(59)) == "59s");
  CHECK(format_duration(seconds(120)) == "2m");
  CHECK(format_duration(seconds(185)) == "3m5s");
  CHECK(format_duration(seconds(7800)) == "2h10m");
}

TEST_CASE("percent-encoding leaves only unreserved characters", "[text]") {
  CHECK(percent_encode("aZ9-._~") == "aZ9-._~");
  CHECK(percent_encode("a b/c=ü") == "a%20b%2Fc%3D%C3%BC");
}

TEST_CASE("trim and split", "[text]") {
  CHECK(trim(" \t a b \r\n") == "a b");
  CHECK(trim("   ").empty());
  CHECK(split("a,,b", ',') == std::vector<std::string_view>{"a", "", "b"});
  CHECK(split("", ',') == std::vector<std::string_view>{""});
}

TEST_CASE("base64 known answers and errors", "[base64]") {
  struct Row {
    const char* text;
    const char* plain;
  };
  const auto row = GENERATE(Row{"", ""}, Row{"Zg==", "f"}, Row{"Zm8=", "fo"}, Row{"Zm9v", "foo"},
                            Row{"Zm9v\nYmFy\n", "foobar"});
  const auto decoded = decode_base64(row.text);
  REQUIRE(decoded);
  CHECK(decoded->view() == row.plain);
  for (const auto* bad : {"Z", "Zg=", "Zg", "Zm9v=", "Zm9!", "Zg==Zg==", "Zg=="
                                                                         "="})
    CHECK_FALSE(decode_base64(bad));
}

}  // namespace
}  // namespace kencrypt
