#include "census/key_table.h"

#include <algorithm>
#include <utility>

namespace kencrypt::census {
namespace {

// a - b, or 0.
std::uint64_t rest(std::uint64_t a, std::uint64_t b) { return a > b ? a - b : 0; }

std::uint64_t sum_of_max(const auto& margins) {
  std::uint64_t sum = 0;
  for (const auto& margin : margins) sum += margin.max;
  return sum;
}

}  // namespace

KeyTable::KeyTable(Input input) : input_(std::move(input)) {
  read_outers();
  bound_outers();
  read_keys();
  bound_keys();
  fill_cells();
}

void KeyTable::read_outers() {
  for (const auto& [prefix, count] : input_.read) {
    auto under = encryption::outer_of(prefix);
    if (!under) {
      unreadable_ = unreadable_ || !encryption::key_of(prefix);
      continue;
    }
    outer_sum_ += count;
    outers_.push_back({*std::move(under), prefix, 0, std::min(count, input_.reads)});
  }
}

void KeyTable::bound_outers() {
  const std::uint64_t sum = sum_of_max(outers_);
  for (Margin& outer : outers_) outer.min = rest(input_.reads, sum - outer.max);
}

std::uint64_t KeyTable::outer_minimum(std::string_view text) const {
  for (const Margin& outer : outers_)
    if (outer.text == text) return outer.min;
  return 0;
}

// What an outer prefix of the same text surely accounts for is not a key's.
void KeyTable::read_keys() {
  for (const auto& [prefix, count] : input_.read) {
    const auto name = encryption::key_of(prefix);
    const std::uint64_t left = rest(count, outer_minimum(prefix));
    if (name && left > 0 && in_config(*name))
      keys_.push_back({{encryption::Provider::other, std::string(*name)},
                       prefix,
                       0,
                       std::min(left, input_.reads)});
  }
}

bool KeyTable::in_config(std::string_view key) const {
  if (input_.config == nullptr) return true;
  const auto& providers = input_.config->providers;
  return std::any_of(providers.begin(), providers.end(),
                     [key](const encryption::ConfiguredProvider& one) {
                       return encryption::has_named_keys(one.provider) &&
                              std::find(one.keys.begin(), one.keys.end(), key) != one.keys.end();
                     });
}

void KeyTable::bound_keys() {
  std::uint64_t keyless = 0;
  for (const Margin& outer : outers_)
    if (!encryption::has_named_keys(outer.under.provider)) keyless += outer.max;
  const std::uint64_t with_key = rest(input_.reads, keyless);
  const std::uint64_t sum = sum_of_max(keys_);
  for (Margin& key : keys_) key.min = rest(with_key, sum - key.max);
}

bool KeyTable::possible(const Margin& outer, const Margin& key) const {
  return input_.config == nullptr || outer.under.provider == encryption::Provider::other ||
         input_.config->lists({outer.under.provider, key.under.key});
}

std::uint64_t KeyTable::room_in_other_keys(const Margin& outer, const Margin& key) const {
  std::uint64_t room = 0;
  for (const Margin& other : keys_)
    if (other.text != key.text && possible(outer, other)) room += other.max;
  return room;
}

std::uint64_t KeyTable::room_in_other_outers(const Margin& outer, const Margin& key) const {
  std::uint64_t room = 0;
  for (const Margin& other : outers_) {
    const bool may_have_keys = encryption::has_named_keys(other.under.provider) ||
                               other.under.provider == encryption::Provider::other;
    if (other.text != outer.text && may_have_keys && possible(other, key)) room += other.max;
  }
  return room;
}

void KeyTable::add_cell(std::size_t outer_index, std::size_t key_index) {
  const Margin& outer = outers_[outer_index];
  const Margin& key = keys_[key_index];
  coverage::KeyBounds cell{
      {outer.under.provider, key.under.key}, 0, std::min(outer.max, key.max), 0};
  cell.min = std::max(rest(outer.min, room_in_other_keys(outer, key)),
                      rest(key.min, room_in_other_outers(outer, key)));
  if (const auto failed = input_.failed.find(key.text); failed != input_.failed.end())
    cell.shadowed = failed->second;
  table_.push_back({std::move(cell), outer_index, key_index});
}

void KeyTable::add_cells_of(std::size_t outer) {
  std::uint64_t room = 0;
  for (std::size_t key = 0; key < keys_.size(); ++key) {
    if (!possible(outers_[outer], keys_[key])) continue;
    room += keys_[key].max;
    add_cell(outer, key);
  }
  contradictory_ = contradictory_ || room < outers_[outer].min;
}

void KeyTable::fill_cells() {
  for (std::size_t outer = 0; outer < outers_.size(); ++outer) {
    const Margin& margin = outers_[outer];
    if (encryption::has_named_keys(margin.under.provider))
      add_cells_of(outer);
    else
      table_.push_back({{margin.under, margin.min, margin.max, 0}, outer, kNoKey});
  }
  tighten();
  list_cells();
}

// What is certain of one cell narrows the others of its row, its column and the whole table. Every
// pass is sound by itself; more than a few change little.
void KeyTable::tighten() {
  constexpr int kPasses = 8;
  for (int pass = 0; input_.all_counted && pass < kPasses && tighten_once(); ++pass) {
  }
  for (Cell& cell : table_) {
    contradictory_ = contradictory_ || cell.bounds.min > cell.bounds.max;
    cell.bounds.shadowed = std::min(cell.bounds.max, cell.bounds.shadowed);
  }
}

bool KeyTable::tighten_once() {
  std::vector<Group> rows;
  std::vector<Group> columns;
  Group all{input_.reads, input_.reads, 0, 0};
  for (const Margin& outer : outers_) rows.push_back({outer.min, outer.max, 0, 0});
  // Values of an unknown provider may have any of the keys, so a column has no least number here.
  for (const Margin& key : keys_) columns.push_back({0, key.max, 0, 0});
  const auto each_group = [&](Cell& cell, const auto& act) {
    act(all);
    act(rows[cell.outer]);
    if (cell.key != kNoKey) act(columns[cell.key]);
  };
  for (Cell& cell : table_)
    each_group(cell, [&cell](Group& group) {
      group.sum_of_min += cell.bounds.min;
      group.sum_of_max += cell.bounds.max;
    });
  bool changed = false;
  for (Cell& cell : table_)
    each_group(cell, [&](Group& group) { changed = tighten_cell(cell, group) || changed; });
  return changed;
}

// The sums of a group are those of the beginning of the pass, so they are wide enough.
bool KeyTable::tighten_cell(Cell& cell, Group& group) {
  const std::uint64_t least = rest(group.min, rest(group.sum_of_max, cell.bounds.max));
  const std::uint64_t most = rest(group.max, rest(group.sum_of_min, cell.bounds.min));
  const bool changed = least > cell.bounds.min || most < cell.bounds.max;
  cell.bounds.min = std::max(cell.bounds.min, least);
  cell.bounds.max = std::min(cell.bounds.max, most);
  return changed;
}

// Noise makes room for keys named like a prefix. The bounds reckon with them; nobody wants to read of
// them, unless the configuration has one.
bool KeyTable::is_far_fetched(const Cell& cell) const {
  const auto like_prefix = [this](const Cell& one) {
    return one.key != kNoKey && encryption::outer_of(keys_[one.key].text).has_value();
  };
  return input_.config == nullptr && cell.bounds.min == 0 && like_prefix(cell) &&
         std::any_of(table_.begin(), table_.end(), [&](const Cell& other) {
           return other.outer == cell.outer && !like_prefix(other);
         });
}

void KeyTable::list_cells() {
  for (const Cell& cell : table_)
    if (cell.bounds.max > 0 && !is_far_fetched(cell)) cells_.push_back(cell.bounds);
  std::sort(
      cells_.begin(), cells_.end(),
      [](const coverage::KeyBounds& a, const coverage::KeyBounds& b) { return a.under < b.under; });
}

}  // namespace kencrypt::census
