// The meta pages of a bbolt file: how large its pages are, how many there are, where its root is.
//
// go.etcd.io/bbolt internal/common/meta.go and page.go; db.go, getPageSize and DB.meta.
#pragma once

#include <cstdint>

#include "snapshot/byte_source.h"

namespace kencrypt::snapshot {

inline constexpr std::size_t kPageHeaderSize = 16;
inline constexpr std::uint64_t kNoFreelist =
    ~std::uint64_t{0};  // etcd does not write the free list

struct BoltMeta {
  std::uint32_t page_size =
      0;                   // bytes: the page size of the machine that made the file; a power of two
  std::uint64_t root = 0;  // page of the root bucket's tree
  std::uint64_t freelist = 0;  // page of the list of free pages, or kNoFreelist
  std::uint64_t pages = 0;     // the high-water mark: no page from this one on is in use
  std::uint64_t txid = 0;      // counts transactions
};

// The meta page that counts: of those with the right magic, version and checksum the one of the
// higher transaction. `size` bytes of `source` are the database, without a snapshot's checksum.
// Errors: config, if neither page is valid (says whether the file is another byte order's or
// version's), or if what the meta page says does not fit the file.
Result<BoltMeta> read_meta(ByteSource& source, std::uint64_t size);

}  // namespace kencrypt::snapshot
