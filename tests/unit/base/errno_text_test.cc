#include "base/errno_text.h"

#include <catch2/catch.hpp>
#include <cerrno>

TEST_CASE("the system's reasons begin as Go's do", "[errno]") {
  CHECK(kencrypt::errno_text(ENOENT) == "no such file or directory");
  CHECK(kencrypt::errno_text(EACCES) == "permission denied");
  CHECK(kencrypt::errno_text(EISDIR) == "is a directory");
}
