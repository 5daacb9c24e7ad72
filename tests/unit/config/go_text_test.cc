#include "config/go_text.h"

#include <catch2/catch.hpp>

#include "config/kms_endpoint.h"

using namespace kencrypt::config;

TEST_CASE("durations are Go's", "[config]") {
  CHECK(parse_go_duration("1h2m3.5s") == 3'723'500'000'000);
  CHECK(parse_go_duration("-1.5h") == -5'400'000'000'000);
  CHECK(parse_go_duration("+.5s") == 500'000'000);
  CHECK(parse_go_duration("0") == 0);
  CHECK(parse_go_duration("0.1ns") == 0);
  CHECK(parse_go_duration("9223372036854775807ns") == 9'223'372'036'854'775'807);
  for (const char* text : {"", "-", "3", "3 s", ".s", "1d", "9223372036854775808ns", "1e3s", "--1s"})
    CHECK_FALSE(parse_go_duration(text).has_value());
}

TEST_CASE("base64 is Go's: line breaks pass, blanks do not", "[config]") {
  CHECK(decode_go_base64("YW\nJj\r\n")->view() == "abc");
  for (const char* text : {"YW Jj", "YWI", "YWI==", "Y", "YW-j", "YWJj="}) CHECK_FALSE(decode_go_base64(text).has_value());
}

TEST_CASE("capitals are those of all alphabets", "[config]") {
  CHECK(has_capital("Secrets"));
  CHECK(has_capital("\xC3\x89"));  // E with acute
  CHECK(has_capital("\xC7\x85"));  // a letter of title case
  CHECK_FALSE(has_capital("secrets.\xC3\xA9\xC3\x9F"));
}

TEST_CASE("a KMS endpoint is a URL of a Unix socket", "[config]") {
  for (const char* text : {"unix:///run/kms.sock", "UNIX:///a", "unix:///@abstract", "unix:opaque", "unix://[::1]:2/x",
                           "unix:///a?b=%zz", "unix:///a%20b"})
    CHECK(endpoint_problem(text) == "");
  for (const char* text : {"/run/kms.sock", "http://localhost", "unix:///a%zz", "unix:///a%25zz", "unix:///a\x01", "unix:///a%01",
                           "unix://[1.2.3.4]/x", "unix://a b/x", "1unix:///a", ":unix"})
    CHECK(endpoint_problem(text) != "");
}
