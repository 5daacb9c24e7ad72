#include "base/replace_file.h"

#include <sys/stat.h>
#include <sys/xattr.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "fakes/temp_dir.h"

using namespace kencrypt;
namespace fs = std::filesystem;

namespace {

mode_t mode_of(const fs::path& path) {
  struct stat found {};
  return ::stat(path.c_str(), &found) == 0 ? found.st_mode & 07777U : 0;
}

std::ptrdiff_t files_in(const fs::path& directory) { return std::distance(fs::directory_iterator(directory), {}); }

}  // namespace

TEST_CASE("a file is replaced with its mode and attributes kept", "[replace_file]") {
  fakes::TempDir directory;
  directory.write("a.yaml", "old");
  const fs::path path = directory.path() / "a.yaml";
  REQUIRE(::chmod(path.c_str(), 0640) == 0);
  const bool has_attributes = ::setxattr(path.c_str(), "user.note", "kept", 4, 0) == 0;
  CHECK(replace_file(path, "new", Sync::yes, Access::as_before));
  CHECK(directory.read("a.yaml") == "new");
  CHECK(mode_of(path) == 0640);
  if (has_attributes) {
    char note[4] = {};
    CHECK(::getxattr(path.c_str(), "user.note", note, sizeof note) == 4);
    CHECK(std::string_view(note, 4) == "kept");
  }
  CHECK(files_in(directory.path()) == 1);
}

TEST_CASE("an owner is kept, where we may give files away", "[replace_file]") {
  fakes::TempDir directory;
  directory.write("a.yaml", "old");
  const fs::path path = directory.path() / "a.yaml";
  if (::chown(path.c_str(), 1234, 5678) != 0) return;  // not root
  CHECK(replace_file(path, "new", Sync::no, Access::as_before));
  struct stat found {};
  REQUIRE(::stat(path.c_str(), &found) == 0);
  CHECK(found.st_uid == 1234);
  CHECK(found.st_gid == 5678);
}

TEST_CASE("what is no regular file is not replaced, and nothing is left behind", "[replace_file]") {
  fakes::TempDir directory;
  directory.write("a.yaml", "old");
  fs::create_symlink("a.yaml", directory.path() / "link.yaml");
  CHECK_FALSE(replace_file(directory.path() / "link.yaml", "new", Sync::no, Access::as_before));
  CHECK_FALSE(replace_file(directory.path() / "none.yaml", "new", Sync::no, Access::as_before));
  CHECK(directory.read("a.yaml") == "old");
  fs::create_directory(directory.path() / "directory");
  CHECK_FALSE(replace_file(directory.path() / "directory", "new", Sync::no));
  CHECK(files_in(directory.path()) == 3);
}
