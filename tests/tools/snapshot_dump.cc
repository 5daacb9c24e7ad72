// Prints what the reader finds in a file of etcd: facts, and for each value its place, revision,
// key and the SHA-256 of its content, for the end-to-end tests to compare with what bbolt finds.
// Never a value.
//
//   snapshot_dump [--prefix PREFIX] [--residue] [--quiet] FILE
//   snapshot_dump [--prefix PREFIX] [--quiet] --wal DIRECTORY
#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <string_view>

#include "base/sha256.h"
#include "snapshot/snapshot_file.h"
#include "snapshot/wal_directory.h"

namespace kencrypt::snapshot {
namespace {

struct Arguments {
  std::string prefix;
  std::string path;
  bool residue = false;
  bool quiet = false;  // reads everything and prints facts only
  bool wal = false;
};

Arguments parse(int count, char** words) {
  Arguments arguments;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    if (word == "--residue")
      arguments.residue = true;
    else if (word == "--quiet")
      arguments.quiet = true;
    else if (word == "--wal")
      arguments.wal = true;
    else if (word == "--prefix" && i + 1 < count)
      arguments.prefix = words[++i];
    else
      arguments.path = word;
  }
  return arguments;
}

FoundValueSink printer(const Arguments& arguments) {
  return [&arguments](Place place, const etcd::KeyValue& kv) -> Result<void> {
    if (arguments.quiet) return {};
    fmt::print("{}\t{}\t{}\t{}\t{}\t{}\n", place_name(place), kv.key, kv.create_revision,
               kv.mod_revision, kv.version, sha256_label(kv.value));
    return {};
  };
}

void print(const SnapshotFacts& facts) {
  fmt::print(
      "facts\tbytes={} checksum={} page_size={} pages={} free_pages={} txid={} revisions={} "
      "tombstones={} "
      "revision={} compacted={} consistent_index={} term={} storage_version={} keys={}\n",
      facts.bytes, facts.checksum, facts.page_size, facts.pages, facts.free_pages, facts.txid,
      facts.revisions, facts.tombstones, facts.revision, facts.compacted, facts.consistent_index,
      facts.term, facts.storage_version, facts.keys);
}

Result<void> dump_file(const Arguments& arguments) {
  TRY_ASSIGN(SnapshotFile file, SnapshotFile::open(arguments.path, arguments.prefix));
  const FoundValueSink sink = printer(arguments);
  print(file.facts());
  TRY(file.current([&](const etcd::KeyValue& kv) { return sink(Place::current, kv); }));
  if (!arguments.residue) return {};
  TRY_ASSIGN(const ResidueFacts facts, file.residue(sink));
  fmt::print(
      "residue\tsuperseded={} deleted={} free_pages={} free_values={} copies={} plaintext={} "
      "encrypted={}\n",
      facts.superseded, facts.deleted, facts.free.pages, facts.free.values, facts.free.copies,
      facts.free.fragments.plaintext, facts.free.fragments.encrypted);
  return {};
}

Result<void> dump_wal(const Arguments& arguments) {
  TRY_ASSIGN(const WalFacts facts, read_wal(arguments.path, arguments.prefix, printer(arguments)));
  fmt::print("wal\tsegments={} bytes={} entries={} puts={} other={} torn={} unread={}\n",
             facts.segments, facts.bytes, facts.entries, facts.puts, facts.other, facts.torn,
             facts.unread.size());
  return {};
}

int run(const Arguments& arguments) {
  const auto result = arguments.wal ? dump_wal(arguments) : dump_file(arguments);
  if (result) return 0;
  fmt::print(stderr, "{}\n", result.error().message);
  return 1;
}

}  // namespace
}  // namespace kencrypt::snapshot

int main(int count, char** words) {
  return kencrypt::snapshot::run(kencrypt::snapshot::parse(count, words));
}
