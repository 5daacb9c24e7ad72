// The table of providers and key names behind window.h: bounds for each cell from the marginal counts.
// Pure; why it is sound is written there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "census/scrape.h"
#include "census/window.h"
#include "encryption/encryption_config.h"

namespace kencrypt::census {

class KeyTable {
 public:
  struct Input {
    std::uint64_t reads = 0;
    PrefixCounts read;    // differences of successful reads; none is 0
    PrefixCounts failed;  // differences of failed attempts to read
    const encryption::EncryptionConfig* config = nullptr;  // only if the server runs it
    bool all_counted = true;  // each read is among the counts, so that the cells add up to `reads`
  };

  explicit KeyTable(Input input);

  // A prefix moved that is neither a provider's nor a key's.
  bool unreadable() const { return unreadable_; }
  // Fewer reads were counted than made.
  bool missing() const { return outer_sum_ < input_.reads; }
  // How many more reads were counted than made.
  std::uint64_t noise() const { return missing() ? 0 : outer_sum_ - input_.reads; }
  // No distribution of the reads fits the counts.
  bool contradictory() const { return contradictory_; }
  // Each provider and key that at least one object may be stored under; sorted. Left out, unless the
  // configuration is known, is what could only be if a key were named like a provider's prefix, where
  // ordinary keys account for it as well.
  std::vector<coverage::KeyBounds> cells() const { return cells_; }

 private:
  struct Margin {
    encryption::StoredUnder under;  // of an outer prefix; of a key only `key` counts
    std::string text;   // the label
    std::uint64_t min = 0;
    std::uint64_t max = 0;
  };

  static constexpr std::size_t kNoKey = static_cast<std::size_t>(-1);
  struct Cell {
    coverage::KeyBounds bounds;
    std::size_t outer = 0;     // index of the row
    std::size_t key = kNoKey;  // index of the column, if the provider's values have keys
  };
  // Cells that must add up to a number between two bounds.
  struct Group {
    std::uint64_t min = 0;
    std::uint64_t max = 0;
    std::uint64_t sum_of_min = 0;
    std::uint64_t sum_of_max = 0;
  };

  void read_outers();
  void bound_outers();
  void read_keys();
  void bound_keys();
  void fill_cells();
  void add_cells_of(std::size_t outer);
  void tighten();
  bool tighten_once();
  bool tighten_cell(Cell& cell, Group& group);
  void list_cells();
  bool is_far_fetched(const Cell& cell) const;
  bool in_config(std::string_view key) const;
  void add_cell(std::size_t outer, std::size_t key);
  bool possible(const Margin& outer, const Margin& key) const;
  std::uint64_t outer_minimum(std::string_view text) const;
  std::uint64_t room_in_other_keys(const Margin& outer, const Margin& key) const;
  std::uint64_t room_in_other_outers(const Margin& outer, const Margin& key) const;

  Input input_;
  std::vector<Margin> outers_;
  std::vector<Margin> keys_;
  std::vector<Cell> table_;
  std::vector<coverage::KeyBounds> cells_;
  std::uint64_t outer_sum_ = 0;
  bool unreadable_ = false;
  bool contradictory_ = false;
};

}  // namespace kencrypt::census
