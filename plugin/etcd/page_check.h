// What has to be true of the pages of one scan, checked page by page; no IO.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "etcd/range_message.h"

namespace kencrypt::etcd {

class PageCheck {
 public:
  explicit PageCheck(std::string prefix) : prefix_(std::move(prefix)) {}

  // The first page fixes revision, count and cluster. Errors: protocol, where the page contradicts
  // them or itself; no message holds a key.
  Result<void> page(const RangePage& page);
  // After the last page. Errors: protocol, where there were not as many keys as the first one has
  // said.
  Result<void> end() const;

  // 0 before the first page.
  std::int64_t revision() const { return revision_; }
  std::uint64_t count() const { return count_; }

 private:
  Result<void> begin(const RangePage& page);
  Result<void> key(const KeyValue& kv, std::string_view previous) const;

  std::string prefix_;
  std::string last_;  // key so far; "" before the first
  std::int64_t revision_ = 0;
  std::uint64_t cluster_id_ = 0;
  std::uint64_t count_ = 0;
  std::uint64_t keys_ = 0;
};

}  // namespace kencrypt::etcd
