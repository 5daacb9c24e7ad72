#include "base/sha256.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

namespace kencrypt {
namespace {

std::string hex(const std::array<char, Sha256::kSize>& digest) {
  std::string text;
  for (const char c : digest) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return text;
}

// FIPS 180-2 appendix B.
constexpr std::string_view kAbc =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST_CASE("sha256: at once and piece by piece are the same") {
  CHECK(sha256_label("abc") == "sha256:" + std::string(kAbc));
  Sha256 digest;
  for (const std::string_view piece : {"a", "", "bc"}) digest.update(piece);
  CHECK(hex(digest.finish()) == kAbc);
}

TEST_CASE("sha256: of nothing") {
  CHECK(hex(Sha256().finish()) ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace
}  // namespace kencrypt
