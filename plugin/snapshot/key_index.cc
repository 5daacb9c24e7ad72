#include "snapshot/key_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace kencrypt::snapshot {
namespace {

constexpr std::size_t kFirstSlots = 1024;
// How far from its place a key may be. In a table that is half full the longest way is about 100
// for 20 million keys; more is not chance, and would make the reading of the file last for ever.
constexpr std::size_t kMaxProbes = 512;

std::uint64_t hash_of(std::string_view key) { return std::hash<std::string_view>()(key); }
std::uint32_t upper(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }

std::unexpected<Error> crowded() {
  return fail(ErrorKind::config,
              "more keys share a hash than chance allows; the file was made to be hard to read");
}

}  // namespace

const KeyIndex::Slot* KeyIndex::locate(std::string_view wanted, std::uint64_t hash) const {
  for (std::size_t i = 0; i < kMaxProbes; ++i) {
    const Slot& slot = slots_[(hash + i) & (slots_.size() - 1)];
    if (slot.entry == 0) return &slot;
    if (slot.hash == upper(hash) && key(entries_[slot.entry - 1]) == wanted) return &slot;
  }
  return nullptr;
}

Result<void> KeyIndex::grow() {
  slots_.assign(std::max(kFirstSlots, slots_.size() * 2), {});
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const std::uint64_t hash = hash_of(key(entries_[i]));
    const Slot* slot = locate(key(entries_[i]), hash);
    if (slot == nullptr) return crowded();
    slots_[static_cast<std::size_t>(slot - slots_.data())] = {upper(hash),
                                                              static_cast<std::uint32_t>(i + 1)};
  }
  return {};
}

Result<void> KeyIndex::put(std::string_view key, std::uint64_t place, std::uint32_t size,
                           bool deleted) {
  if (entries_.size() * 2 >= slots_.size()) TRY(grow());
  const std::uint64_t hash = hash_of(key);
  const Slot* found = locate(key, hash);
  if (found == nullptr) return crowded();
  if (found->entry != 0) {
    Entry& entry = entries_[found->entry - 1];
    deleted_ = deleted_ - (entry.deleted ? 1 : 0) + (deleted ? 1 : 0);
    entry.place = place;
    entry.size = size;
    entry.deleted = deleted;
    return {};
  }
  if (entries_.size() == limits_.keys || keys_.size() + key.size() > limits_.key_bytes)
    return fail(
        ErrorKind::too_large,
        fmt::format("there are more than {} keys, or {} bytes of them; choose fewer with a prefix",
                    limits_.keys, limits_.key_bytes));
  entries_.push_back({place, size, static_cast<std::uint32_t>(key.size()), keys_.size(), deleted});
  keys_ += key;
  deleted_ += deleted ? 1 : 0;
  slots_[static_cast<std::size_t>(found - slots_.data())] = {
      upper(hash), static_cast<std::uint32_t>(entries_.size())};
  return {};
}

const KeyIndex::Entry* KeyIndex::find(std::string_view wanted) const {
  if (slots_.empty()) return nullptr;
  const Slot* slot = locate(wanted, hash_of(wanted));
  return slot == nullptr || slot->entry == 0 ? nullptr : &entries_[slot->entry - 1];
}

std::vector<const KeyIndex::Entry*> KeyIndex::by_place() const {
  std::vector<const Entry*> order;
  order.reserve(live());
  for (const Entry& entry : entries_)
    if (!entry.deleted) order.push_back(&entry);
  std::ranges::sort(order, {}, &Entry::place);
  return order;
}

}  // namespace kencrypt::snapshot
