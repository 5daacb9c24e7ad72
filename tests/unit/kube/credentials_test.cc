#include "kube/credentials.h"

#include <catch2/catch.hpp>

#include "fakes/fake_clock.h"
#include "fakes/temp_dir.h"
#include "kube/json_id_token.h"

namespace kencrypt::kube {
namespace {

using std::chrono::seconds;

ClientConfig over_https() {
  ClientConfig config;
  config.endpoint.scheme = "https";
  config.user_name = "u";
  return config;
}

std::unique_ptr<Credentials> make(const ClientConfig& config) {
  auto made = make_credentials(config, Variables(), StandardInput::other);
  INFO((made ? "" : made.error().message));
  REQUIRE(made);
  return *std::move(made);
}

std::string authorization(const Credentials& credentials) {
  return std::string(credentials.values().authorization.view());
}

TEST_CASE("a token", "[credentials]") {
  ClientConfig config = over_https();
  config.user.token = SecretBytes("t0k");
  const auto credentials = make(config);
  CHECK(credentials->ensure({}));
  CHECK(authorization(*credentials) == "Bearer t0k");
  CHECK_FALSE(credentials->values().identity);
  CHECK(credentials->renew({}) == false);
}

TEST_CASE("a token that would break the header is refused, unseen", "[credentials]") {
  ClientConfig config = over_https();
  config.user.token = SecretBytes("hunter2\r\nX: y");
  const auto made = make_credentials(config, Variables(), StandardInput::other);
  REQUIRE_FALSE(made);
  CHECK(made.error().message ==
        "the token of user \"u\" holds blanks or other characters that no token has");
}

TEST_CASE("user name and password", "[credentials]") {
  ClientConfig config = over_https();
  config.user.username = "Aladdin";
  config.user.password = SecretBytes("open sesame");
  CHECK(authorization(*make(config)) == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");  // RFC 7617
  config.user.username = "";
  CHECK(authorization(*make(config)) == "");
}

TEST_CASE("nothing is sent over http", "[credentials]") {
  ClientConfig config = over_https();
  config.endpoint.scheme = "http";
  config.user.token = SecretBytes("t0k");
  config.user.client_certificate_data = SecretBytes("C");
  config.user.client_key_data = SecretBytes("K");
  CHECK(authorization(*make(config)) == "");
  CHECK_FALSE(make(config)->values().identity);
}

TEST_CASE("client certificates, from data or files, beside a token", "[credentials]") {
  const fakes::TempDir dir;
  ClientConfig config = over_https();
  config.user.token = SecretBytes("t0k");
  config.user.client_certificate = dir.write("c", "FILE-C");
  config.user.client_key = dir.write("k", "FILE-K");
  const auto credentials = make(config);
  REQUIRE(credentials->values().identity);
  CHECK(credentials->values().identity->certificate.view() == "FILE-C");
  CHECK(credentials->values().identity->key.view() == "FILE-K");
  CHECK(authorization(*credentials) == "Bearer t0k");
  config.user.client_key_data = SecretBytes("DATA-K");
  CHECK(make(config)->values().identity->key.view() == "DATA-K");
  config.user.client_certificate = "/nonexistent";
  CHECK_FALSE(make_credentials(config, Variables(), StandardInput::other));
}

TEST_CASE("a token file is read again about every minute", "[credentials][token_file]") {
  const fakes::TempDir dir;
  fakes::FakeClock clock;
  ClientConfig config = over_https();
  config.user.token_file = dir.write("token", " one \n");
  const auto credentials = make(config);
  REQUIRE(credentials->ensure(clock.wall()));
  CHECK(authorization(*credentials) == "Bearer one");
  const auto generation = credentials->values().generation;
  dir.write("token", "two\n");
  clock.advance(seconds(49));
  REQUIRE(credentials->ensure(clock.wall()));
  CHECK(authorization(*credentials) == "Bearer one");
  CHECK(credentials->values().generation == generation);
  clock.advance(seconds(1));
  REQUIRE(credentials->ensure(clock.wall()));
  CHECK(authorization(*credentials) == "Bearer two");
  CHECK(credentials->values().generation != generation);
}

TEST_CASE("a token file that vanishes leaves the last token", "[credentials][token_file]") {
  const fakes::TempDir dir;
  fakes::FakeClock clock;
  ClientConfig config = over_https();
  config.user.token_file = dir.write("token", "one");
  const auto credentials = make(config);
  REQUIRE(credentials->ensure(clock.wall()));
  std::filesystem::remove(dir.path() / "token");
  clock.advance(seconds(60));
  CHECK(credentials->ensure(clock.wall()));
  CHECK(authorization(*credentials) == "Bearer one");
}

TEST_CASE("the file wins over a token, which stands in for it", "[credentials][token_file]") {
  const fakes::TempDir dir;
  fakes::FakeClock clock;
  ClientConfig config = over_https();
  config.user.token = SecretBytes("fallback");
  config.user.token_file = (dir.path() / "token").string();
  const auto credentials = make(config);
  REQUIRE(credentials->ensure(clock.wall()));
  CHECK(authorization(*credentials) == "Bearer fallback");
  dir.write("token", "file");
  clock.advance(seconds(60));
  REQUIRE(credentials->ensure(clock.wall()));
  CHECK(authorization(*credentials) == "Bearer file");
}

TEST_CASE("a 401 makes a token file be read at once", "[credentials][token_file]") {
  const fakes::TempDir dir;
  fakes::FakeClock clock;
  ClientConfig config = over_https();
  config.user.token_file = dir.write("token", "one");
  const auto credentials = make(config);
  REQUIRE(credentials->ensure(clock.wall()));
  CHECK(credentials->renew(clock.wall()) == false);
  dir.write("token", "two");
  CHECK(credentials->renew(clock.wall()) == true);
  CHECK(authorization(*credentials) == "Bearer two");
}

TEST_CASE("token files that hold no token", "[credentials][token_file]") {
  const fakes::TempDir dir;
  ClientConfig config = over_https();
  for (const std::string& content :
       {std::string(" \n"), std::string("hunter2 x"), std::string(70000, 'x')}) {
    config.user.token_file = dir.write("token", content);
    const auto made = make_credentials(config, Variables(), StandardInput::other);
    REQUIRE_FALSE(made);
    CHECK(made.error().message.find("hunter2") == std::string::npos);
  }
  config.user.token_file = "/nonexistent/token";
  const auto made = make_credentials(config, Variables(), StandardInput::other);
  REQUIRE_FALSE(made);
  CHECK(made.error().message.find("/nonexistent/token") != std::string::npos);
}

// {"exp":1609459200}: 2021-01-01, a year after the fake clock's.
constexpr std::string_view kIdToken = "e30.eyJleHAiOjE2MDk0NTkyMDB9.c2ln";

TEST_CASE("when an id-token ends", "[credentials][oidc]") {
  CHECK(id_token_expiry(kIdToken) == WallTime(seconds(1609459200)));
  CHECK(id_token_expiry("e30.eyJleHAiOjEuNmU5fQ.") == WallTime(seconds(1600000000)));  // 1.6e9
  for (const auto* wrong : {"", "a.b", "e30.e30.x", "e30.!!.x", "e30.eyJleHAiOiJub3cifQ.x",
                            "e30.eyJhIjp7ImV4cCI6MTYwOTQ1OTIwMH19.x"})
    CHECK(id_token_expiry(wrong) == std::nullopt);
}

ClientConfig with_provider(std::string name) {
  ClientConfig config = over_https();
  config.user.auth_provider = AuthProviderConfig{std::move(name), {}};
  return config;
}

TEST_CASE("oidc: the id-token as long as it is valid", "[credentials][oidc]") {
  ClientConfig config = with_provider("oidc");
  config.user.auth_provider->settings["id-token"] = SecretBytes(kIdToken);
  const auto credentials = make(config);
  CHECK(authorization(*credentials) == "Bearer " + std::string(kIdToken));
  CHECK(credentials->ensure(WallTime(seconds(1609459200 - 11))));
  const auto late = credentials->ensure(WallTime(seconds(1609459200 - 10)));
  REQUIRE_FALSE(late);
  CHECK(late.error().kind == ErrorKind::unauthenticated);
  CHECK(late.error().message.starts_with(
      "the id-token of user \"u\" (auth-provider oidc) has expired"));
  CHECK(credentials->renew({}) == false);
}

std::string refusal(const ClientConfig& config) {
  const auto made = make_credentials(config, Variables(), StandardInput::other);
  return made ? "none" : made.error().message;
}

TEST_CASE("auth-providers that are refused", "[credentials][oidc]") {
  CHECK(refusal(with_provider("gcp")).find("gke-gcloud-auth-plugin") != std::string::npos);
  CHECK(refusal(with_provider("azure")).find("Azure/kubelogin") != std::string::npos);
  CHECK(refusal(with_provider("other")).starts_with("no Auth Provider found for name \"other\""));
  CHECK(refusal(with_provider("oidc")).find("has no id-token") != std::string::npos);
  ClientConfig broken = with_provider("oidc");
  broken.user.auth_provider->settings["id-token"] = SecretBytes("hunter2");
  CHECK(refusal(broken) == "the id-token of user \"u\" is not a valid JWT with an expiry");
}

TEST_CASE("a token comes before an auth-provider", "[credentials]") {
  ClientConfig config = with_provider("gcp");
  config.user.token = SecretBytes("t0k");
  CHECK(authorization(*make(config)) == "Bearer t0k");
}

}  // namespace
}  // namespace kencrypt::kube
