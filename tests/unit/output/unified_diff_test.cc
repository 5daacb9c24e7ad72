#include "output/unified_diff.h"

#include <catch2/catch.hpp>
#include <sstream>

using namespace kencrypt::output;

namespace {

std::string diff(std::string_view before, std::string_view after) {
  std::ostringstream out;
  write_unified_diff(out, before, after, {"a", "b"});
  return out.str();
}

std::string numbers(int first, int last) {
  std::string text;
  for (int i = first; i <= last; ++i) text += std::to_string(i) + "\n";
  return text;
}

}  // namespace

TEST_CASE("texts that are the same have no difference", "[unified_diff]") {
  CHECK(diff("a\nb\n", "a\nb\n").empty());
  CHECK(diff("", "").empty());
}

// As GNU diff 3.8 prints them.
TEST_CASE("a difference has three lines around it", "[unified_diff]") {
  CHECK(diff(numbers(1, 9), numbers(1, 4) + "x\n" + numbers(5, 9)) ==
        "--- a\n+++ b\n@@ -2,6 +2,7 @@\n 2\n 3\n 4\n+x\n 5\n 6\n 7\n");
  CHECK(diff("a\n", "b\n") == "--- a\n+++ b\n@@ -1 +1 @@\n-a\n+b\n");
  CHECK(diff("", "b\nc\n") == "--- a\n+++ b\n@@ -0,0 +1,2 @@\n+b\n+c\n");
  CHECK(diff("b\nc\n", "") == "--- a\n+++ b\n@@ -1,2 +0,0 @@\n-b\n-c\n");
}

TEST_CASE("differences far from each other are apart, near ones together", "[unified_diff]") {
  CHECK(diff(numbers(1, 20), "x\n" + numbers(2, 19) + "y\n") ==
        "--- a\n+++ b\n@@ -1,4 +1,4 @@\n-1\n+x\n 2\n 3\n 4\n@@ -17,4 +17,4 @@\n 17\n 18\n 19\n-20\n+y\n");
  CHECK(diff(numbers(1, 8), "x\n" + numbers(2, 7) + "y\n") ==
        "--- a\n+++ b\n@@ -1,8 +1,8 @@\n-1\n+x\n 2\n 3\n 4\n 5\n 6\n 7\n-8\n+y\n");
}

TEST_CASE("the end without a line break is told, and control characters are shown", "[unified_diff]") {
  CHECK(diff("a", "a\nb") == "--- a\n+++ b\n@@ -1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n"
                             "\\ No newline at end of file\n");
  CHECK(diff("\tx\r\n", "\ty\x1b[31m\r\n") == "--- a\n+++ b\n@@ -1 +1 @@\n-\tx\n+\ty^[[31m\n");
}

TEST_CASE("what differs in too many lines is shown as a whole", "[unified_diff]") {
  const std::string text = diff(numbers(1, 3000), numbers(4001, 7000));
  CHECK(text.starts_with("--- a\n+++ b\n@@ -1,3000 +1,3000 @@\n-1\n-2\n"));
  CHECK(text.ends_with("+6999\n+7000\n"));
}
