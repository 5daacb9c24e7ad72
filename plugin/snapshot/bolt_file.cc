#include "snapshot/bolt_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "snapshot/bolt_walk.h"
#include "snapshot/little_endian.h"

namespace kencrypt::snapshot {
namespace {

constexpr std::size_t kBucketSize =
    16;  // root page and sequence; a page follows if there is no root
constexpr std::size_t kMaxBuckets = 256;  // etcd has eleven; more is another program's file

}  // namespace

Result<BoltFile> BoltFile::open(std::unique_ptr<ByteSource> source, std::uint64_t size) {
  TRY_ASSIGN(const BoltMeta meta, read_meta(*source, size));
  BoltFile file(std::move(source), meta);
  file.own_.add(0, 2);
  TRY(file.add_freelist());
  const LeafSink sink = [&file](const LeafElement& element) { return file.add_bucket(element); };
  TRY(BoltWalk(file, file.own_, sink).run(meta.root));
  return file;
}

Result<void> BoltFile::add_freelist() {
  if (meta_.freelist == kNoFreelist) return {};
  TRY_ASSIGN(const Page list, page(meta_.freelist));
  if (!list.header.is(PageKind::freelist))
    return damaged(list.id, "should be the list of free pages");
  own_.add(list.id, std::uint64_t{list.header.overflow} + 1);
  return {};
}

Result<void> BoltFile::add_bucket(const LeafElement& element) {
  if (!element.bucket) return damaged(element.page, "the root holds something besides buckets");
  if (element.value.size() < kBucketSize)
    return damaged(element.page, "names a bucket without saying where it is");
  if (buckets_.size() == kMaxBuckets)
    return damaged(
        element.page,
        fmt::format("there are more than {} buckets; this is no file of etcd", kMaxBuckets));
  buckets_.push_back({.name = std::string(element.key),
                      .root = load_le<std::uint64_t>(element.value, 0),
                      .offset = element.value_offset + kBucketSize,
                      .size = element.value.size() - kBucketSize,
                      .page = element.page});
  return {};
}

const BoltFile::Bucket* BoltFile::find(std::string_view name) const {
  const auto found = std::ranges::find(buckets_, name, &Bucket::name);
  return found == buckets_.end() ? nullptr : &*found;
}

Result<Page> BoltFile::page(std::uint64_t id) {
  if (id < 2 || id >= meta_.pages)
    return damaged(
        id, fmt::format("is referred to, and there are pages 2 to {} only", meta_.pages - 1));
  const std::uint64_t offset = id * meta_.page_size;
  TRY_ASSIGN(std::string_view bytes, source_->read(offset, meta_.page_size));
  const PageHeader header = PageHeader::parse(bytes);
  if (header.id != id) return damaged(id, fmt::format("calls itself page {}", header.id));
  if (header.overflow >= meta_.pages - id)
    return damaged(id, "reaches beyond the last page in use");
  if (header.overflow > 0) {
    const std::uint64_t size = (std::uint64_t{header.overflow} + 1) * meta_.page_size;
    if (size > kMaxRead)
      return fail(ErrorKind::too_large,
                  fmt::format("page {}: has {} bytes, more than the {} that are read at once", id,
                              size, kMaxRead));
    TRY_ASSIGN(bytes, source_->read(offset, static_cast<std::size_t>(size)));
  }
  return Page{.id = id, .header = header, .bytes = bytes, .offset = offset};
}

Result<void> BoltFile::walk_inline(const Bucket& bucket, const LeafSink& sink) {
  TRY_ASSIGN(const std::string_view bytes, source_->read(bucket.offset, bucket.size));
  if (bytes.size() < kPageHeaderSize) return damaged(bucket.page, "names a bucket without content");
  const Page page{.id = bucket.page,
                  .header = PageHeader::parse(bytes),
                  .bytes = bytes,
                  .offset = bucket.offset};
  if (!page.header.is(PageKind::leaf))
    return damaged(bucket.page, "holds a bucket that is no leaf");
  PageSet none(0);
  return BoltWalk(*this, none, sink).only_leaf(page);
}

Result<void> BoltFile::walk(const Bucket& bucket, PageSet& seen, const LeafSink& sink) {
  if (bucket.root == 0) return walk_inline(bucket, sink);
  return BoltWalk(*this, seen, sink).run(bucket.root);
}

}  // namespace kencrypt::snapshot
