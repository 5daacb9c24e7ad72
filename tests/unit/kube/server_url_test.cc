#include "kube/server_url.h"

#include <catch2/catch.hpp>

namespace kencrypt::kube {
namespace {

std::string parsed(std::string_view text) {
  const auto url = parse_server_url(text);
  if (!url) return "error: " + url.error().message;
  return url->scheme + " " + url->host + " " + std::to_string(url->port) + " " + url->path;
}

TEST_CASE("server addresses", "[server_url]") {
  CHECK(parsed("https://api.example.com") == "https api.example.com 443 ");
  CHECK(parsed("https://api.example.com:6443") == "https api.example.com 6443 ");
  CHECK(parsed("HTTPS://10.0.0.1:6443/") == "https 10.0.0.1 6443 ");
  CHECK(parsed("http://localhost") == "http localhost 80 ");
  CHECK(parsed("https://h/k8s/clusters/c-1") == "https h 443 /k8s/clusters/c-1");
  CHECK(parsed("https://h:1/a/b///?x=1#f") == "https h 1 /a/b");
  CHECK(parsed("https://h:/x") == "https h 443 /x");
  CHECK(parsed("https://[2001:db8::1]:6443/x") == "https 2001:db8::1 6443 /x");
  CHECK(parsed("https://[::1]") == "https ::1 443 ");
  CHECK(parsed("https://[fe80::1%25eth0]") == "https fe80::1%25eth0 443 ");
  CHECK(parsed("https://under_score.svc") == "https under_score.svc 443 ");
}

TEST_CASE("without a scheme it is http", "[server_url]") {
  CHECK(parsed("localhost:8080") == "http localhost 8080 ");
  CHECK(parsed("10.0.0.1") == "http 10.0.0.1 80 ");
  CHECK(parsed("[::1]:8080") == "http ::1 8080 ");
  CHECK(parsed("host/path") ==
        "error: invalid server address \"host/path\": host must be a URL or a host:port pair");
}

TEST_CASE("addresses that cannot be", "[server_url]") {
  for (const auto* text :
       {"", "https://", "https:///path", "ftp://h", "https://h:0", "https://h:65536", "https://h:x",
        "https://h:1:2", "https://::1", "https://[::1", "https://[h]", "https://[::1]x",
        "https://h h", "https://h\r\nX: y", "https://h/\x01", "https://h\"", "://h"}) {
    INFO(text);
    const auto url = parse_server_url(text);
    REQUIRE_FALSE(url);
    CHECK(url.error().kind == ErrorKind::config);
  }
}

TEST_CASE("a password in the address is not repeated", "[server_url]") {
  const auto url = parse_server_url("https://me:hunter2@h");
  REQUIRE_FALSE(url);
  CHECK(url.error().message.find("hunter2") == std::string::npos);
}

}  // namespace
}  // namespace kencrypt::kube
