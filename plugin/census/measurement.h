// What is known of a set of objects after one or more windows. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "census/object_reads.h"
#include "census/window.h"
#include "coverage/coverage.h"

namespace kencrypt::census {

struct Measurement {
  std::uint64_t total = 0;       // objects that exist
  std::uint64_t unmeasured = 0;  // of these, objects of which nothing is known
  bool exact = false;            // `keys` are exact, for the objects that are not unmeasured
  Remedy remedy = Remedy::none;
  std::vector<coverage::KeyBounds> keys;
  std::vector<std::string> notes;
};

// Of `objects` objects nothing is known, because of `reason`.
Measurement unmeasured(std::uint64_t objects, std::string reason);

// Whether those objects of a window that exist and can be read are, for sure, under one key.
bool is_uniform(const WindowResult& window);

// One window.
Measurement from_window(const WindowResult& window, const ReadTally& tally);

// Of a window that is uniform: its objects from `begin` to `end`.
Measurement part_of_window(const WindowResult& window, const ReadTally& tally, std::size_t begin,
                           std::size_t end);

// Two sets of objects together.
Measurement merge(Measurement a, const Measurement& b);

// The one of two measurements of the same objects that tells more.
Measurement better(Measurement a, Measurement b);

coverage::NamespaceCount to_count(std::string name_space, Measurement measurement);

}  // namespace kencrypt::census
