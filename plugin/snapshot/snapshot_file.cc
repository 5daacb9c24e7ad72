#include "snapshot/snapshot_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "snapshot/file_source.h"
#include "snapshot/key_value_message.h"
#include "snapshot/revision_key.h"
#include "snapshot/snapshot_checksum.h"

namespace kencrypt::snapshot {
namespace {

constexpr std::string_view kKeyBucket = "key";    // etcd server/storage/schema/bucket.go
constexpr std::string_view kMetaBucket = "meta";  // the same

}  // namespace

Result<SnapshotFile> SnapshotFile::open(const std::filesystem::path& path, std::string prefix) {
  TRY_ASSIGN(FileSource source, FileSource::open(path));
  auto file = read(std::make_unique<FileSource>(std::move(source)), std::move(prefix));
  if (!file) return wrap(std::move(file).error(), path.string());
  file->path_ = path.string();
  return file;
}

Result<SnapshotFile> SnapshotFile::read(std::unique_ptr<ByteSource> source, std::string prefix) {
  const DatabaseSize size = database_size(*source);
  // What is no database says so before gigabytes of it are digested.
  TRY(read_meta(*source, size.bytes));
  TRY(verify_checksum(*source, size));
  TRY_ASSIGN(BoltFile bolt, BoltFile::open(std::move(source), size.bytes));
  SnapshotFile file(std::move(bolt), std::move(prefix), size.bytes);
  file.facts_.checksum = size.checksum;
  TRY(file.index());
  return file;
}

Result<void> SnapshotFile::index() {
  const BoltFile::Bucket* keys = file_.find(kKeyBucket);
  if (keys == nullptr)
    return fail(ErrorKind::config, "is a bbolt file, and not etcd's: it has no bucket named 'key'");
  TRY(file_.walk(*keys, used_,
                 [this](const LeafElement& element) { return index_element(element); }));
  EtcdMeta meta;
  TRY(walk_other_buckets(meta));
  conclude(meta);
  TRY(check_whole(meta));
  return file_.source().unchanged();
}

Result<void> SnapshotFile::index_element(const LeafElement& element) {
  const auto key = RevisionKey::parse(element.key);
  if (!key || element.bucket)
    return damaged(element.page, "holds something besides revisions of keys");
  const bool bumped = element.value.empty();
  const auto kv = bumped ? etcd::KeyValue{} : parse_key_value(element.value);
  if (!kv) return damaged(element.page, "holds a revision that is no key and value of etcd");
  ++facts_.revisions;
  facts_.tombstones += key->tombstone ? 1U : 0U;
  facts_.revision = key->revision.main;
  gaps_.take(key->revision, bumped);
  if (bumped) return {};
  if (!kv->key.starts_with(prefix_)) return {};
  return index_.put(kv->key, element.value_offset, static_cast<std::uint32_t>(element.value.size()),
                    key->tombstone);
}

// Also those that nobody asks: it is their pages that must not count as free.
Result<void> SnapshotFile::walk_other_buckets(EtcdMeta& meta) {
  for (const BoltFile::Bucket& bucket : file_.buckets()) {
    if (bucket.name == kKeyBucket) continue;
    TRY(file_.walk(bucket, used_, [&](const LeafElement& element) -> Result<void> {
      if (element.bucket)
        return damaged(element.page, "holds a bucket within a bucket, which etcd has none of");
      if (bucket.name == kMetaBucket) meta.take(element.key, element.value);
      return {};
    }));
  }
  return {};
}

void SnapshotFile::conclude(const EtcdMeta& meta) {
  facts_.bytes = bytes_;
  facts_.page_size = file_.meta().page_size;
  facts_.pages = file_.meta().pages;
  facts_.free_pages = used_.pages() - used_.count();
  facts_.txid = file_.meta().txid;
  // etcd begins at 1, and takes a compaction's revision if all others are gone with it.
  facts_.revision =
      std::max({std::int64_t{1}, facts_.revision, meta.finished_compact, meta.scheduled_compact});
  facts_.compacted = meta.finished_compact;
  facts_.consistent_index = meta.consistent_index;
  facts_.term = meta.term;
  facts_.storage_version = meta.storage_version;
  facts_.keys = index_.live();
}

// A page of another moment may lack revisions that were compacted since, while those that
// superseded them are not there. Not every such page shows: revisions that a later compaction
// removed look like those that the last one has.
Result<void> SnapshotFile::check_whole(const EtcdMeta& meta) const {
  const std::int64_t compacted = std::max(meta.scheduled_compact, meta.finished_compact);
  if (facts_.checksum || gaps_.last_missing() <= compacted) return {};
  return fail(ErrorKind::config,
              fmt::format("was copied while etcd wrote to it (revision {} is missing, and etcd "
                          "compacted none after {}): copy it while etcd is stopped, or take a "
                          "snapshot with etcdctl",
                          gaps_.last_missing(), compacted));
}

Result<void> SnapshotFile::current(const etcd::KeyValueSink& sink) {
  for (const KeyIndex::Entry* entry : index_.by_place()) {
    TRY_ASSIGN(const etcd::KeyValue kv, named(message(*entry)));
    TRY(sink(kv));
  }
  return named(file_.source().unchanged());
}

Result<etcd::KeyValue> SnapshotFile::message(const KeyIndex::Entry& entry) {
  TRY_ASSIGN(const std::string_view bytes, file_.source().read(entry.place, entry.size));
  const auto kv = parse_key_value(bytes);
  if (!kv || kv->key != index_.key(entry))
    return fail(ErrorKind::io, "the file was written to while it was read; read a copy");
  return *kv;
}

Result<void> SnapshotFile::older_element(const LeafElement& element, RevisionSet& met,
                                         ResidueFacts& facts, const FoundValueSink& sink) {
  const auto key = RevisionKey::parse(element.key);
  const auto kv = parse_key_value(element.value);
  if (!key || key->tombstone || !kv) return {};
  met.add(key->revision);
  const KeyIndex::Entry* entry = kv->key.starts_with(prefix_) ? index_.find(kv->key) : nullptr;
  if (entry == nullptr || entry->place == element.value_offset) return {};
  ++(entry->deleted ? facts.deleted : facts.superseded);
  return sink(entry->deleted ? Place::deleted : Place::superseded, *kv);
}

Result<ResidueFacts> SnapshotFile::residue(const FoundValueSink& sink) {
  bool of_sink = false;
  auto facts = scan_residue([&](Place place, const etcd::KeyValue& kv) {
    auto result = sink(place, kv);
    of_sink = !result;
    return result;
  });
  return of_sink ? facts : named(std::move(facts));
}

Result<ResidueFacts> SnapshotFile::scan_residue(const FoundValueSink& sink) {
  ResidueFacts facts;
  RevisionSet met;
  PageSet seen(file_.meta().pages);
  TRY(file_.walk(*file_.find(kKeyBucket), seen, [&](const LeafElement& element) {
    return older_element(element, met, facts, sink);
  }));
  TRY_ASSIGN(facts.free, FreePageScan(file_, used_, met, prefix_, sink).run(bytes_));
  TRY(file_.source().unchanged());
  return facts;
}

}  // namespace kencrypt::snapshot
