#include "http/system_roots.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "fakes/temp_dir.h"

namespace kencrypt::http {
namespace {

std::string certificate(std::string_view name) {
  return "-----BEGIN CERTIFICATE-----\n" + std::string(name) + "\n-----END CERTIFICATE-----\n";
}

TEST_CASE("Go's places, and the variables that change them", "[system_roots]") {
  const RootPlaces places = root_places(Variables());
  CHECK(places.files.front() == "/etc/ssl/certs/ca-certificates.crt");
  CHECK(places.files.size() == 6);
  CHECK(places.directories == std::vector<std::string>{"/etc/ssl/certs", "/etc/pki/tls/certs"});
  const RootPlaces changed =
      root_places(Variables({"SSL_CERT_FILE=/my/ca.pem", "SSL_CERT_DIR=/one:/two"}));
  CHECK(changed.files == std::vector<std::string>{"/my/ca.pem"});
  CHECK(changed.directories == std::vector<std::string>{"/one", "/two"});
}

TEST_CASE("the first file there is and all directories are read", "[system_roots]") {
  const fakes::TempDir dir;
  const std::string first = dir.write("first.pem", "# a comment\n" + certificate("A"));
  const std::string second = dir.write("second.pem", certificate("B"));
  dir.write("one/c.pem", certificate("C") + certificate("A"));
  dir.write("two/d.crt", certificate("D"));
  dir.write("two/readme", "no certificate");
  const auto roots = read_system_roots(
      {{"/nonexistent", first, second}, {dir.path() / "one", "/nonexistent", dir.path() / "two"}});
  REQUIRE(roots);
  CHECK(*roots == certificate("A") + certificate("C") + certificate("D"));
}

TEST_CASE("a certificate under several names counts once, and broken links do no harm",
          "[system_roots]") {
  const fakes::TempDir dir;
  dir.write("elsewhere/x.pem", certificate("X"));
  std::filesystem::create_directories(dir.path() / "certs");
  std::filesystem::create_symlink(dir.path() / "elsewhere/x.pem", dir.path() / "certs/x.pem");
  std::filesystem::create_symlink("x.pem", dir.path() / "certs/0a1b2c3d.0");
  std::filesystem::create_symlink("missing.pem", dir.path() / "certs/broken.0");
  const auto roots = read_system_roots({{}, {dir.path() / "certs"}});
  REQUIRE(roots);
  CHECK(*roots == certificate("X"));
}

TEST_CASE("nothing found says what to do", "[system_roots]") {
  const auto roots = read_system_roots({{"/nonexistent/ca.pem"}, {"/nonexistent"}});
  REQUIRE_FALSE(roots);
  CHECK(roots.error().kind == ErrorKind::config);
  CHECK(roots.error().message.find("/nonexistent/ca.pem") != std::string::npos);
  CHECK(roots.error().message.find("SSL_CERT_FILE") != std::string::npos);
  CHECK(roots.error().message.find("--certificate-authority") != std::string::npos);
}

TEST_CASE("only certificates are taken out of a PEM file", "[system_roots]") {
  const std::string key = "-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n";
  CHECK(certificates_of(key + certificate("A") + key + certificate("A") + certificate("B")) ==
        certificate("A") + certificate("B"));
  CHECK(certificates_of(key) == "");
  CHECK(certificates_of("-----BEGIN CERTIFICATE-----\nnever ends") == "");
}

}  // namespace
}  // namespace kencrypt::http
