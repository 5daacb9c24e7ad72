#include "http/proxy.h"

#include <catch2/catch.hpp>

namespace kencrypt::http {
namespace {

Endpoint endpoint(std::string host, int port = 6443, std::string scheme = "https") {
  Endpoint made;
  made.scheme = std::move(scheme);
  made.host = std::move(host);
  made.port = port;
  return made;
}

std::string chosen(const Endpoint& to, std::vector<std::string> variables,
                   std::string_view configured = "") {
  const auto proxy = choose_proxy(to, configured, Variables(std::move(variables)));
  return proxy ? *proxy : "error: " + proxy.error().message;
}

TEST_CASE("proxies from the environment", "[proxy]") {
  const Endpoint api = endpoint("api.example.com");
  CHECK(chosen(api, {}) == "");
  CHECK(chosen(api, {"HTTPS_PROXY=http://p:3128"}) == "http://p:3128");
  CHECK(chosen(api, {"https_proxy=http://p:3128"}) == "http://p:3128");
  CHECK(chosen(api, {"https_proxy=http://low", "HTTPS_PROXY=http://up"}) == "http://up");
  CHECK(chosen(api, {"HTTPS_PROXY=p:3128"}) == "http://p:3128");
  CHECK(chosen(api, {"HTTPS_PROXY=socks5://p:1080"}) == "socks5://p:1080");
  CHECK(chosen(api, {"HTTPS_PROXY=socks5h://p:1080"}) == "socks5://p:1080");
  CHECK(chosen(api, {"HTTPS_PROXY=HTTP://p"}) == "http://p");
  CHECK(chosen(api, {"HTTP_PROXY=http://p"}) == "");  // the scheme chooses the variable
  CHECK(chosen(api, {"ALL_PROXY=http://p"}) == "");   // curl's, not Go's
  CHECK(chosen(endpoint("api.example.com", 80, "http"), {"http_proxy=http://p"}) == "http://p");
}

TEST_CASE("a proxy that cannot be used is an error without its password", "[proxy]") {
  const std::string error =
      chosen(endpoint("api.example.com"), {"HTTPS_PROXY=ftp://user:hunter2@p"});
  CHECK(error ==
        "error: environment variable HTTPS_PROXY: unsupported proxy scheme \"ftp\", must be http, "
        "https, or socks5");
}

TEST_CASE("a CGI program's HTTP_PROXY is refused", "[proxy]") {
  const std::vector<std::string> cgi{"REQUEST_METHOD=GET", "HTTP_PROXY=http://p",
                                     "HTTPS_PROXY=http://s"};
  CHECK(chosen(endpoint("a", 80, "http"), cgi).starts_with("error: refusing to use HTTP_PROXY"));
  CHECK(chosen(endpoint("a"), cgi) == "http://s");
}

TEST_CASE("this machine is never proxied from the environment, but by kubeconfig", "[proxy]") {
  for (const auto* host : {"localhost", "127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"}) {
    INFO(host);
    CHECK(chosen(endpoint(host), {"HTTPS_PROXY=http://p"}) == "");
    CHECK(chosen(endpoint(host), {}, "http://configured") == "http://configured");
  }
  CHECK(chosen(endpoint("localhost.example.com"), {"HTTPS_PROXY=http://p"}) == "http://p");
  CHECK(chosen(endpoint("128.0.0.1"), {"HTTPS_PROXY=http://p"}) == "http://p");
}

TEST_CASE("proxy-url wins over the environment and ignores NO_PROXY", "[proxy]") {
  const std::vector<std::string> variables{"HTTPS_PROXY=http://p", "NO_PROXY=*"};
  CHECK(chosen(endpoint("a"), variables, "socks5://s:1080") == "socks5://s:1080");
  CHECK(chosen(endpoint("a"), variables) == "");
}

TEST_CASE("which proxy-url is accepted", "[proxy]") {
  CHECK(check_proxy_url("http://p"));
  CHECK(check_proxy_url("https://user:pw@p:8443"));
  CHECK(check_proxy_url("socks5://p"));
  for (const auto* url : {"", "p:3128", "socks4://p", "socks5h://p", "http://", "http:///x"}) {
    INFO(url);
    CHECK_FALSE(check_proxy_url(url));
  }
}

struct Row {
  std::string_view list;
  std::string_view host;
  int port;
  bool matches;
};
// As the documentation and tests of golang.org/x/net/http/httpproxy.
constexpr Row kRows[] = {
    {"", "foo.com", 443, false},
    {"*", "foo.com", 443, true},
    {"bar.com,*", "foo.com", 443, true},
    {"foo.com", "foo.com", 443, true},
    {"foo.com", "FOO.com", 443, true},
    {"FOO.COM", "foo.com", 443, true},
    {"foo.com", "bar.foo.com", 443, true},
    {"foo.com", "barfoo.com", 443, false},
    {".foo.com", "foo.com", 443, false},
    {".foo.com", "bar.foo.com", 443, true},
    {"*.foo.com", "foo.com", 443, false},
    {"*.foo.com", "bar.foo.com", 443, true},
    {"foo.com:443", "foo.com", 443, true},
    {"foo.com:443", "foo.com", 6443, false},
    {".foo.com:443", "bar.foo.com", 6443, false},
    {" a , foo.com ,b", "foo.com", 443, true},
    {"10.0.0.0/8", "10.1.2.3", 443, true},
    {"10.0.0.0/8", "11.1.2.3", 443, false},
    {"10.0.0.0/12", "10.15.0.1", 443, true},
    {"10.0.0.0/12", "10.16.0.1", 443, false},
    {"10.0.0.0/33", "10.0.0.1", 443, false},
    {"0.0.0.0/0", "8.8.8.8", 443, true},
    {"0.0.0.0/0", "2001:db8::1", 443, false},
    {"2001:db8::/32", "2001:db8::1", 443, true},
    {"2001:db8::/32", "2001:db9::1", 443, false},
    {"::1/129", "2001:db8::1", 443, false},
    {"192.0.2.1", "192.0.2.1", 443, true},
    {"192.0.2.1:443", "192.0.2.1", 443, true},
    {"192.0.2.1:443", "192.0.2.1", 444, false},
    {"192.0.2.1", "::ffff:192.0.2.1", 443, true},
    {"2001:db8::1", "2001:db8:0::1", 443, true},
    {"[2001:db8::1]:443", "2001:db8::1", 443, true},
    {"[2001:db8::1]:443", "2001:db8::1", 444, false},
    {"2.1", "192.0.2.1", 443, false},  // names do not match addresses
    {":443", "foo.com", 443, false},
    {",,", "foo.com", 443, false},
};

TEST_CASE("NO_PROXY entries", "[proxy]") {
  for (const Row& row : kRows) {
    INFO(row.list << " for " << row.host << ":" << row.port);
    CHECK(no_proxy_matches(row.list, row.host, row.port) == row.matches);
  }
}

}  // namespace
}  // namespace kencrypt::http
