// The names of many objects, kept small: one string holds all, and an object costs 12 bytes beside
// its name. 100,000 Secrets take some 4 MiB.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "kube/resource.h"

namespace kencrypt::census {

// Bytes of all names together: some ten million objects, far more than an etcd of 8 GiB holds.
inline constexpr std::size_t kMaxNameBytes = 512U << 20;

class NameTable {
 public:
  // `most`: bytes of all names; for tests. Errors: too_large.
  explicit NameTable(std::size_t most = kMaxNameBytes) : most_(most) {}
  Result<void> add(const kube::ObjectName& object);
  // After the last add(): sorts by namespace and name, and drops what came twice.
  void sort();

  std::size_t size() const { return entries_.size(); }
  // Views are valid until the next add().
  std::string_view name_space(std::size_t index) const;
  std::string_view name(std::size_t index) const;
  kube::ObjectName object(std::size_t index) const;
  bool same_namespace(std::size_t a, std::size_t b) const {
    return entries_[a].name_space == entries_[b].name_space;
  }

 private:
  struct Entry {
    std::uint32_t name_space = 0;  // index into namespaces_
    std::uint32_t offset = 0;      // of the name in text_
    std::uint32_t length = 0;
  };
  std::uint32_t namespace_index(const std::string& name_space);

  std::size_t most_;
  std::string text_;
  std::vector<std::string> namespaces_;
  std::unordered_map<std::string, std::uint32_t> index_of_namespace_;
  std::vector<Entry> entries_;
};

// Some of a sorted table's names, side by side. The table must outlive it.
class NameRange {
 public:
  NameRange() = default;
  explicit NameRange(const NameTable& table) : table_(&table), end_(table.size()) {}

  std::size_t size() const { return end_ - begin_; }
  bool empty() const { return begin_ == end_; }
  NameRange first(std::size_t count) const { return {table_, begin_, begin_ + count}; }
  NameRange without_first(std::size_t count) const { return {table_, begin_ + count, end_}; }
  // `index` counts from the beginning of the range.
  kube::ObjectName object(std::size_t index) const { return table_->object(begin_ + index); }
  std::string_view name_space(std::size_t index) const {
    return table_->name_space(begin_ + index);
  }

  bool same_namespace(std::size_t a, std::size_t b) const {
    return table_->same_namespace(begin_ + a, begin_ + b);
  }

  // The names of the namespace that the range begins with; it must not be empty.
  NameRange first_namespace() const;
  std::size_t count_namespaces() const;

 private:
  NameRange(const NameTable* table, std::size_t begin, std::size_t end)
      : table_(table), begin_(begin), end_(end) {}

  const NameTable* table_ = nullptr;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace kencrypt::census
