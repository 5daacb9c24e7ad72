#include "census/measurement.h"

#include <catch2/catch.hpp>

namespace kencrypt::census {
namespace {

const encryption::StoredUnder kKey{encryption::Provider::aescbc, "key1"};

Measurement of(std::uint64_t total, bool exact, std::vector<coverage::KeyBounds> keys,
               std::uint64_t unmeasured = 0) {
  Measurement one;
  one.total = total;
  one.exact = exact;
  one.keys = std::move(keys);
  one.unmeasured = unmeasured;
  return one;
}

TEST_CASE("measurement: the better of two tells more, in either order") {
  const Measurement exact = of(4, true, {{kKey, 2, 2, 0}}, 2);
  const Measurement close = of(4, false, {{kKey, 3, 4, 0}});
  const Measurement loose = of(4, false, {{kKey, 1, 4, 0}});
  const Measurement vague = of(4, false, {{kKey, 0, 4, 0}});
  const Measurement nothing = unmeasured(4, "noise");
  const std::vector<Measurement> ranked = {exact, close, loose, vague, nothing};
  for (std::size_t good = 0; good < ranked.size(); ++good)
    for (std::size_t bad = good + 1; bad < ranked.size(); ++bad) {
      CAPTURE(good, bad);
      for (const Measurement& chosen : {better(ranked[good], ranked[bad]), better(ranked[bad], ranked[good])}) {
        CHECK(chosen.exact == ranked[good].exact);
        CHECK(chosen.keys.size() == ranked[good].keys.size());
        CHECK(chosen.unmeasured == ranked[good].unmeasured);
        if (!chosen.keys.empty()) CHECK(chosen.keys[0].min == ranked[good].keys[0].min);
      }
    }
}

TEST_CASE("measurement: two sets of objects add up, and say everything once") {
  Measurement a = of(5, true, {{kKey, 4, 4, 1}}, 1);
  a.notes = {"noise", "x"};
  Measurement b = of(3, false, {{kKey, 1, 2, 0}, {{encryption::Provider::identity, ""}, 1, 2, 0}});
  b.notes = {"noise", "y"};
  const Measurement sum = merge(a, b);
  CHECK(sum.total == 8);
  CHECK(sum.unmeasured == 1);
  CHECK_FALSE(sum.exact);
  REQUIRE(sum.keys.size() == 2);
  CHECK(sum.keys[1].min == 5);
  CHECK(sum.keys[1].max == 6);
  CHECK(sum.notes == std::vector<std::string>{"noise", "x", "y"});
}

TEST_CASE("measurement: a row is exact only if all its objects are accounted for") {
  CHECK(to_count("a", of(2, true, {{kKey, 2, 2, 0}})).exact);
  CHECK_FALSE(to_count("a", of(3, true, {{kKey, 2, 2, 0}}, 1)).exact);
  CHECK_FALSE(to_count("a", of(2, false, {{kKey, 1, 2, 0}})).exact);
}

}  // namespace
}  // namespace kencrypt::census
