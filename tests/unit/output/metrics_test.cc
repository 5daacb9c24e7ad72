#include "output/metrics.h"

#include <catch2/catch.hpp>
#include <sstream>

namespace kencrypt::output {
namespace {

std::string written(const Gauge& gauge) {
  std::ostringstream out;
  gauge.write(out);
  return out.str();
}

TEST_CASE("a gauge has its help and type once, and a line a sample", "[metrics]") {
  Gauge gauge("up", "Whether it is.");
  CHECK(written(gauge).empty());
  gauge.add({{"a", "1"}, {"b", ""}}, 2).add({}, 3);
  CHECK(written(gauge) == "# HELP up Whether it is.\n# TYPE up gauge\nup{a=\"1\",b=\"\"} 2\nup 3\n");
}

TEST_CASE("no text can leave its label", "[metrics]") {
  CHECK(written(Gauge("up", "x").add({{"a", "q\"b\\c\nd\x1b" "e"}}, 1)).ends_with("up{a=\"q\\\"b\\\\c^Jd^[e\"} 1\n"));
}

TEST_CASE("labels that cannot be told apart are one sample", "[metrics]") {
  Gauge gauge("up", "x");
  gauge.add({{"a", "\xff"}}, 1).add({{"a", "b"}}, 7).add({{"a", "\xfe"}}, 2);
  CHECK(written(gauge).ends_with("gauge\nup{a=\"\xef\xbf\xbd\"} 3\nup{a=\"b\"} 7\n"));
}

}  // namespace
}  // namespace kencrypt::output
