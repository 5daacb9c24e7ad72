#include "census/key_ids.h"

#include <algorithm>
#include <optional>

namespace kencrypt::census {
namespace {

using coverage::KeyBounds;

std::uint64_t rest(std::uint64_t a, std::uint64_t b) { return a > b ? a - b : 0; }

const PrefixCounts* find(const KeyIdCounts& counts, std::string_view plugin) {
  const auto found = counts.find(plugin);
  return found == counts.end() ? nullptr : &found->second;
}

std::uint64_t count_of(const PrefixCounts* counts, std::string_view hash) {
  if (counts == nullptr) return 0;
  const auto found = counts->find(hash);
  return found == counts->end() ? 0 : found->second;
}

// How often each key ID was read in between; nullopt if a count fell, so that one was forgotten.
std::optional<PrefixCounts> difference(const PrefixCounts* before, const PrefixCounts* after) {
  if (after == nullptr) return std::nullopt;
  if (before != nullptr)
    for (const auto& [hash, count] : *before)
      if (count_of(after, hash) < count) return std::nullopt;
  PrefixCounts change;
  for (const auto& [hash, count] : *after)
    if (const std::uint64_t added = count - count_of(before, hash); added > 0) change[hash] = added;
  return change;
}

// The cell's key IDs; empty if the counts do not account for all of it.
std::vector<KeyBounds> split_cell(const KeyBounds& cell, const PrefixCounts& reads) {
  std::uint64_t room = 0;
  for (const auto& [hash, count] : reads) room += std::min(count, cell.max);
  if (room < cell.min) return {};
  std::vector<KeyBounds> split;
  for (const auto& [hash, count] : reads) {
    KeyBounds one = cell;
    one.under.key_id_hash = hash;
    one.max = std::min(count, cell.max);
    one.min = rest(cell.min, room - one.max);
    split.push_back(std::move(one));
  }
  return split;
}

}  // namespace

std::vector<KeyBounds> split_by_key_id(const std::vector<KeyBounds>& cells, const Scrape& before,
                                       const Scrape& after) {
  if (after.key_id_samples >= kMaxKeyIdSamples) return cells;
  std::vector<KeyBounds> result;
  for (const KeyBounds& cell : cells) {
    std::vector<KeyBounds> split;
    if (cell.under.provider == encryption::Provider::kms_v2)
      if (const auto reads = difference(find(before.key_id_reads, cell.under.key),
                                        find(after.key_id_reads, cell.under.key)))
        split = split_cell(cell, *reads);
    if (split.empty()) split.push_back(cell);
    result.insert(result.end(), split.begin(), split.end());
  }
  return result;
}

bool key_ids_known(const std::vector<KeyBounds>& cells) {
  return std::none_of(cells.begin(), cells.end(), [](const KeyBounds& cell) {
    return cell.under.provider == encryption::Provider::kms_v2 && cell.under.key_id_hash.empty();
  });
}

}  // namespace kencrypt::census
