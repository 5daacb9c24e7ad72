// etcd's database in a file: a snapshot of `etcdctl snapshot save`, or a copy of a member's
// `member/snap/db`.
//
// Only the SHA-256 of a snapshot tells that a file is whole. A copy that was made while etcd wrote
// has pages of several moments: most of these are recognised, and errors; what is not may lack
// objects, or have them as they were before.
//
// Read as etcd reads it when it starts (server/storage/mvcc/kvstore.go, restore): revisions in
// order, the last one of a key wins. Memory is for the keys that are asked for, some 100 bytes
// each, and for a window of the file, never for values.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "etcd/key_value.h"
#include "snapshot/bolt_file.h"
#include "snapshot/etcd_meta.h"
#include "snapshot/found_value.h"
#include "snapshot/free_pages.h"
#include "snapshot/key_index.h"
#include "snapshot/revision_gaps.h"

namespace kencrypt::snapshot {

struct SnapshotFacts {
  std::uint64_t bytes = 0;       // of the database, without the checksum of a snapshot
  bool checksum = false;         // has the SHA-256 of `etcdctl snapshot save`, and it is right
  std::uint32_t page_size = 0;   // bytes
  std::uint64_t pages = 0;       // up to the high-water mark
  std::uint64_t free_pages = 0;  // of these, not in use
  std::uint64_t txid = 0;        // of bbolt
  std::uint64_t revisions = 0;   // in the file, of all keys
  std::uint64_t tombstones = 0;  // of these, deletions
  std::int64_t revision = 0;     // the last one, as etcd counts after a restart
  std::int64_t compacted = 0;    // revisions up to this one cannot be asked of etcd any more
  std::uint64_t consistent_index = 0;
  std::uint64_t term = 0;
  std::string storage_version;  // "3.6.0"; "" before 3.6
  std::uint64_t keys = 0;       // that begin with the prefix and have a value
};

// What is left of values besides the current ones.
struct ResidueFacts {
  std::uint64_t superseded = 0;  // revisions; all of these with the prefix
  std::uint64_t deleted = 0;
  FreePageFacts free;
};

class SnapshotFile {
 public:
  // Opens the file, verifies its SHA-256 if it has one, and goes over all of its trees. Only keys
  // that begin with `prefix` ("/registry/secrets/"; "" for all) will be given out. Errors, all
  // naming the file: io, config (not etcd's, big-endian, cut short, damaged: says which page;
  // without a SHA-256 also where revisions are missing, as in a copy of a file that etcd was
  // writing to), too_large.
  static Result<SnapshotFile> open(const std::filesystem::path& path, std::string prefix);
  // The same of bytes that need not be a file.
  static Result<SnapshotFile> read(std::unique_ptr<ByteSource> source, std::string prefix);

  const SnapshotFacts& facts() const { return facts_; }
  // Every key that has a value, once, as of facts().revision; in the order of the file, which is read
  // from its beginning to its end then. Errors, also of residue(): the sink's, as they are; io,
  // naming the file, also if it was written to since it was opened.
  Result<void> current(const etcd::KeyValueSink& sink);
  // Every other value that the file holds, each revision once: superseded and deleted ones that are
  // not compacted yet, and those of free pages.
  Result<ResidueFacts> residue(const FoundValueSink& sink);

 private:
  SnapshotFile(BoltFile file, std::string prefix, std::uint64_t bytes)
      : file_(std::move(file)),
        prefix_(std::move(prefix)),
        used_(file_.own_pages()),
        bytes_(bytes) {}
  // The same result; an error names the file.
  template <class T>
  Result<T> named(Result<T> result) const {
    if (result || path_.empty()) return result;
    return wrap(std::move(result).error(), path_);
  }
  Result<void> index();
  Result<etcd::KeyValue> message(const KeyIndex::Entry& entry);
  Result<ResidueFacts> scan_residue(const FoundValueSink& sink);
  Result<void> index_element(const LeafElement& element);
  Result<void> walk_other_buckets(EtcdMeta& meta);
  void conclude(const EtcdMeta& meta);
  Result<void> check_whole(const EtcdMeta& meta) const;
  Result<void> older_element(const LeafElement& element, RevisionSet& met, ResidueFacts& facts,
                             const FoundValueSink& sink);

  BoltFile file_;
  std::string prefix_;
  PageSet used_;
  std::uint64_t bytes_;
  KeyIndex index_;
  RevisionGaps gaps_;
  SnapshotFacts facts_;
  std::string path_;
};

}  // namespace kencrypt::snapshot
