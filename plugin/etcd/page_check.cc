#include "etcd/page_check.h"

#include <fmt/format.h>

#include <utility>

namespace kencrypt::etcd {

Result<void> PageCheck::begin(const RangePage& page) {
  if (page.revision <= 0 || page.count < 0)
    return fail(ErrorKind::protocol, "etcd's reply does not say at which revision it is");
  revision_ = page.revision;
  cluster_id_ = page.cluster_id;
  count_ = static_cast<std::uint64_t>(page.count);
  return {};
}

Result<void> PageCheck::page(const RangePage& page) {
  if (revision_ == 0) TRY(begin(page));
  if (page.cluster_id != cluster_id_)
    return fail(ErrorKind::protocol, "the endpoints given belong to different etcd clusters");
  if (page.more && page.kvs.empty())
    return fail(ErrorKind::protocol, "etcd's pages do not get on: one is empty and not the last");
  std::string_view previous = last_;
  for (const KeyValue& kv : page.kvs) TRY(key(kv, std::exchange(previous, kv.key)));
  if (!page.kvs.empty()) last_ = page.kvs.back().key;
  keys_ += page.kvs.size();
  return {};
}

Result<void> PageCheck::key(const KeyValue& kv, std::string_view previous) const {
  if (!kv.key.starts_with(prefix_))
    return fail(ErrorKind::protocol, "etcd sent a key outside the range that was asked for");
  if (kv.key <= previous)  // no key is empty
    return fail(ErrorKind::protocol, "etcd sent keys out of order");
  if (kv.mod_revision > revision_)
    return fail(ErrorKind::protocol, "etcd sent a key newer than the revision that was asked for");
  return {};
}

Result<void> PageCheck::end() const {
  if (keys_ == count_) return {};
  return fail(ErrorKind::protocol,
              fmt::format("etcd has {} keys at revision {} by its own count, but sent {}", count_,
                          revision_, keys_));
}

}  // namespace kencrypt::etcd
