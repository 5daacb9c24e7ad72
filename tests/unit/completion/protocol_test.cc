#include "completion/protocol.h"

#include <catch2/catch.hpp>
#include <sstream>

namespace kencrypt::completion {
namespace {

std::string text_of(const Answer& answer, Descriptions descriptions = Descriptions::with) {
  std::ostringstream out;
  write_answer(out, answer, descriptions);
  return out.str();
}

TEST_CASE("an answer is a line a candidate and the directive", "[completion]") {
  CHECK(text_of({}) == ":4\n");
  CHECK(text_of({{}, kFiles}) == ":0\n");
  const Answer answer{{{"status", "Show: all"}, {"rewrite"}}, kNoFiles | kNoSpace};
  CHECK(text_of(answer) == "status\tShow: all\nrewrite\n:6\n");
  CHECK(text_of(answer, Descriptions::without) == "status\nrewrite\n:6\n");
}

TEST_CASE("what is no plain line is left out", "[completion]") {
  for (const char* bad : {"a\nb", "a\tb", "a\x1b[31m", "a\x7f", "a\xc2\x9b", ""}) {
    CAPTURE(bad);
    CHECK(text_of({{{bad, "x"}, {"good", bad}}}) == "good\n:4\n");
  }
  CHECK(text_of({{{"ä b"}}}) == "ä b\n:4\n");
}

}  // namespace
}  // namespace kencrypt::completion
