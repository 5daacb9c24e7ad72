#include "snapshot/key_index.h"

#include <catch2/catch.hpp>

namespace kencrypt::snapshot {
namespace {

TEST_CASE("key index: the last one put wins, deletions too") {
  KeyIndex index;
  CHECK(index.find("/a") == nullptr);
  REQUIRE(index.put("/a", 100, 5, false));
  REQUIRE(index.put("/b", 200, 5, false));
  REQUIRE(index.put("/a", 300, 6, true));
  REQUIRE(index.find("/a") != nullptr);
  CHECK(index.find("/a")->deleted);
  CHECK(index.find("/a")->place == 300);
  CHECK(index.size() == 2);
  CHECK(index.live() == 1);
  REQUIRE(index.put("/a", 400, 7, false));
  CHECK(index.live() == 2);
  CHECK(index.find("/a")->size == 7);
  CHECK(index.find("/") == nullptr);
}

TEST_CASE("key index: many keys, in the order of the file") {
  KeyIndex index;
  constexpr std::uint64_t kKeys = 20000;
  for (std::uint64_t i = 0; i < kKeys; ++i)
    REQUIRE(index.put("/registry/secrets/" + std::to_string(i * 7919 % kKeys), i, 1, i % 10 == 0));
  for (std::uint64_t i = 0; i < kKeys; ++i) {
    const auto* entry = index.find("/registry/secrets/" + std::to_string(i * 7919 % kKeys));
    REQUIRE(entry != nullptr);
    CHECK(entry->place == i);
  }
  // A key has its last place.
  for (std::uint64_t i = 1; i < kKeys; i += 10)
    REQUIRE(index.put("/registry/secrets/" + std::to_string(i * 7919 % kKeys), 2 * kKeys - i, 1, false));
  const auto order = index.by_place();
  REQUIRE(order.size() == index.live());
  CHECK(order.size() == kKeys - kKeys / 10);
  for (std::size_t i = 1; i < order.size(); ++i)
    REQUIRE(order[i - 1]->place < order[i]->place);
  CHECK(order.back()->place == 2 * kKeys - 1);
}

TEST_CASE("key index: its limits are for new keys only") {
  KeyIndex few({.keys = 2, .key_bytes = 100});
  REQUIRE(few.put("/a", 1, 1, false));
  REQUIRE(few.put("/b", 1, 1, false));
  CHECK(few.put("/a", 2, 1, false));
  const auto result = few.put("/c", 1, 1, false);
  REQUIRE_FALSE(result);
  CHECK(result.error().kind == ErrorKind::too_large);
  KeyIndex small({.keys = 100, .key_bytes = 4});
  REQUIRE(small.put("/ab", 1, 1, false));
  CHECK_FALSE(small.put("/c", 1, 1, false));
}

}  // namespace
}  // namespace kencrypt::snapshot
