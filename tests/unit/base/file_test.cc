#include "base/file.h"

#include <catch2/catch.hpp>

#include "fakes/temp_dir.h"

namespace kencrypt {
namespace {

constexpr std::size_t kLimit = 16;

std::string why_not(const std::filesystem::path& path) {
  const auto content = read_file(path, kLimit);
  return content ? "" : content.error().message;
}

TEST_CASE("read_file says which call failed, as Go does", "[base][file]") {
  const fakes::TempDir directory;
  const std::string here = directory.path().string();
  CHECK(why_not(here) == "read " + here + ": is a directory");
  CHECK(why_not(here + "/none") == "open " + here + "/none: no such file or directory");
}

TEST_CASE("read_file reads up to its limit and no byte more", "[base][file]") {
  const fakes::TempDir directory;
  const auto whole = read_file(directory.write("whole", std::string(kLimit, 'x')), kLimit);
  REQUIRE(whole);
  CHECK(whole->view() == std::string(kLimit, 'x'));
  const auto more = read_file(directory.write("more", std::string(kLimit + 1, 'x')), kLimit);
  REQUIRE_FALSE(more);
  CHECK(more.error().kind == ErrorKind::too_large);
}

}  // namespace
}  // namespace kencrypt
