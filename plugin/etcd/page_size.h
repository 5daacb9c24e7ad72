// How many keys to ask for, so that a page has about the wanted number of bytes whatever the size
// of the values. Pure arithmetic.
#pragma once

#include <algorithm>
#include <cstddef>

namespace kencrypt::etcd {

struct PageLimits {
  // A larger page is dropped unread and asked for again with half as many keys. Two pages are held
  // at a time.
  std::size_t page_bytes = std::size_t{24} << 20;
  // Aimed at: small enough for a page full of larger values to stay below page_bytes. For each page
  // etcd counts all keys that are left (server/storage/mvcc/index.go), so that the work of many
  // small ones grows with the square of the keys: with 2 MiB etcd took twice as long for 100,000.
  std::size_t target_bytes = std::size_t{8} << 20;
  // Aimed at where pages do not arrive in time: passes in a minute (kCallTimeout) at 9 KiB a second.
  std::size_t slow_bytes = std::size_t{512} << 10;
  // For a key that is asked for alone. etcd takes requests of 1.5 MiB by default
  // (--max-request-bytes) and may be told to take more; in base64 that is a third more.
  std::size_t key_bytes = std::size_t{32} << 20;
  std::size_t first_keys = 500;  // until their size is known
  std::size_t most_keys =
      10000;  // as the API server's own pages (k8s.io/apiserver storage/etcd3/store.go)
};

class PageSize {
 public:
  explicit PageSize(const PageLimits& limits)
      : limits_(limits), keys_(std::clamp<std::size_t>(limits.first_keys, 1, limits.most_keys)) {}

  std::size_t keys() const { return keys_; }
  // Of a reply with that many keys.
  std::size_t byte_limit() const { return keys_ == 1 ? limits_.key_bytes : limits_.page_bytes; }

  // A page of `keys` keys, at least one, took `bytes`. Grows at most twofold: what comes next may
  // be larger.
  void saw(std::size_t keys, std::size_t bytes) {
    const std::size_t fitting = limits_.target_bytes / std::max<std::size_t>(1, bytes / keys);
    keys_ = std::clamp<std::size_t>(std::min(fitting, 2 * keys_), 1, limits_.most_keys);
  }
  // False if there is nothing smaller to ask for.
  bool halve() {
    if (keys_ == 1) return false;
    keys_ /= 2;
    return true;
  }
  // A page did not arrive in time: over a slow line all are to be smaller from now on.
  void slow_down() {
    const std::size_t least = std::min(limits_.slow_bytes, limits_.target_bytes);
    limits_.target_bytes = std::max(limits_.target_bytes / 2, least);
    halve();
  }

 private:
  PageLimits limits_;
  std::size_t keys_;
};

}  // namespace kencrypt::etcd
