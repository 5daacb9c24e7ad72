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
    auto under = outer_of(prefix);
    if (!under) {
      unreadable_ = unreadable_ || !key_of(prefix);
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
    const auto name = key_of(prefix);
    const std::uint64_t left = rest(count, outer_minimum(prefix));
    if (name && left > 0 && in_config(*name))
      keys_.push_back({{Provider::other, std::string(*name)}, prefix, 0, std::min(left, input_.reads)});
  }
}

bool KeyTable::in_config(std::string_view key) const {
  if (input_.config == nullptr) return true;
  const auto& providers = input_.config->providers;
  return std::any_of(providers.begin(), providers.end(), [key](const ConfiguredProvider& one) {
    return has_named_keys(one.provider) &&
           std::find(one.keys.begin(), one.keys.end(), key) != one.keys.end();
  });
}

void KeyTable::bound_keys() {
  std::uint64_t keyless = 0;
  for (const Margin& outer : outers_)
    if (!has_named_keys(outer.under.provider)) keyless += outer.max;
  const std::uint64_t with_key = rest(input_.reads, keyless);
  const std::uint64_t sum = sum_of_max(keys_);
  for (Margin& key : keys_) key.min = rest(with_key, sum - key.max);
}

bool KeyTable::possible(const Margin& outer, const Margin& key) const {
  return input_.config == nullptr || outer.under.provider == Provider::other ||
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
    const bool may_have_keys =
        has_named_keys(other.under.provider) || other.under.provider == Provider::other;
    if (other.text != outer.text && may_have_keys && possible(other, key)) room += other.max;
  }
  return room;
}

void KeyTable::add_cell(StoredUnder under, const Margin& outer, const Margin& key) {
  KeyBounds cell{std::move(under), 0, std::min(outer.max, key.max), 0};
  cell.min = std::max(rest(outer.min, room_in_other_keys(outer, key)),
                      rest(key.min, room_in_other_outers(outer, key)));
  if (const auto failed = input_.failed.find(key.text); failed != input_.failed.end())
    cell.shadowed = std::min(cell.max, failed->second);
  contradictory_ = contradictory_ || cell.min > cell.max;
  cells_.push_back(std::move(cell));
}

void KeyTable::add_cells_of(const Margin& outer) {
  const std::size_t first = cells_.size();
  std::uint64_t room = 0;
  for (const Margin& key : keys_) {
    if (!possible(outer, key)) continue;
    room += key.max;
    add_cell({outer.under.provider, key.under.key}, outer, key);
  }
  contradictory_ = contradictory_ || room < outer.min;
  drop_far_fetched(first);
}

// Noise makes room for keys named like a prefix. The bounds reckon with them; nobody wants to read of
// them.
void KeyTable::drop_far_fetched(std::size_t first) {
  const auto begin = cells_.begin() + static_cast<std::ptrdiff_t>(first);
  const auto like_prefix = [](const KeyBounds& cell) { return outer_of(cell.under.key + ":").has_value(); };
  if (std::all_of(begin, cells_.end(), like_prefix)) return;
  cells_.erase(std::remove_if(begin, cells_.end(),
                              [&](const KeyBounds& cell) { return cell.min == 0 && like_prefix(cell); }),
               cells_.end());
}

void KeyTable::fill_cells() {
  for (const Margin& outer : outers_) {
    if (has_named_keys(outer.under.provider))
      add_cells_of(outer);
    else
      cells_.push_back({outer.under, outer.min, outer.max, 0});
  }
  std::sort(cells_.begin(), cells_.end(),
            [](const KeyBounds& a, const KeyBounds& b) { return a.under < b.under; });
}

}  // namespace kencrypt::census
