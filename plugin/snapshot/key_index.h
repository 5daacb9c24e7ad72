// Which value each key of etcd has now: the last one that is put wins.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kencrypt::snapshot {

class KeyIndex {
 public:
  // etcd's own limit for the whole database is 8 GiB (server/storage/quota.go), and an object of
  // Kubernetes takes 300 bytes at the least; some 100 bytes of memory a key are 2 GiB then.
  struct Limits {
    std::size_t keys = std::size_t{20} << 20;
    std::uint64_t key_bytes = std::uint64_t{2} << 30;
  };

  // Where in the file the message of the key's last revision is.
  struct Entry {
    std::uint64_t place = 0;
    std::uint32_t size = 0;
    std::uint32_t key_size = 0;
    std::uint64_t key_at = 0;
    bool deleted = false;
  };

  KeyIndex() : KeyIndex(Limits()) {}
  explicit KeyIndex(Limits limits) : limits_(limits) {}

  // Says what `key` has now. Errors: too_large, beyond the limits; config, if so many keys share a
  // hash that somebody has made them for that.
  Result<void> put(std::string_view key, std::uint64_t place, std::uint32_t size, bool deleted);
  // nullptr if it never had a value. Valid until the next put.
  const Entry* find(std::string_view key) const;

  std::size_t size() const { return entries_.size(); }  // deleted ones included
  std::size_t live() const { return entries_.size() - deleted_; }
  // The key's bytes; valid until the next put.
  std::string_view key(const Entry& entry) const {
    return std::string_view(keys_).substr(static_cast<std::size_t>(entry.key_at), entry.key_size);
  }
  // Those that are not deleted, as they follow each other in the file.
  std::vector<const Entry*> by_place() const;

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t entry = 0;  // index + 1; 0 if the slot is free
  };

  // The slot of `key`, or the free one for it; nullptr if there is neither within the limit.
  const Slot* locate(std::string_view key, std::uint64_t hash) const;
  Result<void> grow();

  Limits limits_;
  std::string keys_;  // one after the other
  std::vector<Entry> entries_;
  std::vector<Slot> slots_;  // open addressing; a power of two, at most half full
  std::size_t deleted_ = 0;
};

}  // namespace kencrypt::snapshot
