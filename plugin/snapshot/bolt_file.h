// A bbolt file: its pages, its trees, its buckets.
//
// go.etcd.io/bbolt: bucket.go (buckets within a leaf), cursor.go (the walk),
// internal/common/bucket.go.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "snapshot/bolt_meta.h"
#include "snapshot/bolt_page.h"
#include "snapshot/byte_source.h"
#include "snapshot/page_set.h"

namespace kencrypt::snapshot {

// Takes the elements of a tree in ascending order of their keys. The views are valid during the
// call, in which the file may not be read. An error ends the walk and is what it returns.
using LeafSink = std::function<Result<void>(const LeafElement&)>;

class BoltFile {
 public:
  // A bucket of the root; etcd has no buckets within these.
  struct Bucket {
    std::string name;
    std::uint64_t root = 0;  // 0: its one page is the bytes at `offset` of the file
    std::uint64_t offset = 0;
    std::size_t size = 0;
    std::uint64_t page = 0;  // the page that names it
  };

  // The first `size` bytes of `source` are the database. Errors: those of read_meta and of the
  // pages.
  static Result<BoltFile> open(std::unique_ptr<ByteSource> source, std::uint64_t size);

  const BoltMeta& meta() const { return meta_; }
  ByteSource& source() { return *source_; }
  const std::vector<Bucket>& buckets() const { return buckets_; }
  const Bucket* find(std::string_view name) const;

  // Goes over all of `bucket`; its pages are added to `seen`, and a page that is there already is
  // an error, as is one that does not call itself by its own number, or keys that do not ascend.
  Result<void> walk(const Bucket& bucket, PageSet& seen, const LeafSink& sink);
  // Pages that are in use without being in a bucket: the meta pages, the root's tree, the list of
  // free pages.
  const PageSet& own_pages() const { return own_; }
  // The page `id` with its overflow pages; valid until the next read. Errors: config.
  Result<Page> page(std::uint64_t id);

 private:
  BoltFile(std::unique_ptr<ByteSource> source, BoltMeta meta)
      : source_(std::move(source)), meta_(meta), own_(meta.pages) {}
  Result<void> add_bucket(const LeafElement& element);
  Result<void> add_freelist();
  Result<void> walk_inline(const Bucket& bucket, const LeafSink& sink);

  std::unique_ptr<ByteSource> source_;
  BoltMeta meta_;
  PageSet own_;
  std::vector<Bucket> buckets_;
};

}  // namespace kencrypt::snapshot
