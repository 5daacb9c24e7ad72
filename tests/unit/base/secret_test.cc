#include "base/secret.h"

#include <catch2/catch.hpp>
#include <string>

namespace kencrypt {
namespace {

TEST_CASE("bytes for a library to write into", "[secret]") {
  SecretBytes bytes("abc");
  const std::span<char> room = bytes.resize(5);
  CHECK(bytes.view() == std::string_view("abc\0\0", 5));
  room[4] = 'e';
  CHECK(bytes.view() == std::string_view("abc\0e", 5));
}

TEST_CASE("what is cut off is wiped", "[secret]") {
  SecretBytes bytes("secret");
  const char* first = bytes.view().data();
  bytes.resize(2);
  REQUIRE(bytes.view().data() == first);  // the same memory, all of it still ours
  CHECK(bytes.view() == "se");
  CHECK(std::string_view(first + 2, 4) == std::string_view("\0\0\0\0", 4));
}

}  // namespace
}  // namespace kencrypt
