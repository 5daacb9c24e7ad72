#include "snapshot/snapshot_file.h"

#include <catch2/catch.hpp>

#include "fakes/bolt_writer.h"
#include "fakes/snapshot_contents.h"
#include "fakes/temp_dir.h"

namespace kencrypt::snapshot {
namespace {

using fakes::BoltElement;
using fakes::BoltWriter;
using fakes::delete_element;
using fakes::put_element;
using fakes::read_snapshot;
using Lines = std::vector<std::string>;

// Six revisions of four keys: b written again, c deleted, c2 deleted and made anew.
const std::vector<BoltElement> kHistory = {
    put_element(2, "/registry/b", "old"),   put_element(3, "/registry/c", "gone"),
    put_element(4, "/registry/a", "first"), put_element(5, "/registry/b", "new", 2),
    delete_element(6, "/registry/c"),       put_element(7, "/registry/c2", "one"),
    delete_element(8, "/registry/c2"),      put_element(9, "/registry/c2", "two"),
};
const Lines kCurrent = {"/registry/a=first@4", "/registry/b=new@5", "/registry/c2=two@9"};

std::string database(std::uint32_t page_size, std::size_t per_leaf) {
  BoltWriter writer(page_size);
  writer.bucket("key", writer.tree(kHistory, per_leaf));
  writer.inline_bucket("meta", fakes::meta_elements(1));
  writer.inline_bucket("alarm", {});
  return writer.finish();
}

TEST_CASE(
    "snapshot: the last revision of each key, whatever the page size and the shape of the tree") {
  for (const std::uint32_t page_size : {1024U, 4096U, 16384U, 65536U}) {
    for (const std::size_t per_leaf : {std::size_t{1}, std::size_t{3}, kHistory.size()}) {
      CAPTURE(page_size, per_leaf);
      const std::string file = database(page_size, per_leaf);
      const auto contents = read_snapshot(file);
      REQUIRE(contents);
      CHECK(contents->current == kCurrent);
      CHECK(contents->facts.page_size == page_size);
      CHECK(contents->facts.pages == file.size() / page_size);
      CHECK(contents->facts.free_pages == 0);
      CHECK_FALSE(contents->facts.checksum);
    }
  }
}

TEST_CASE("snapshot: what etcd says of itself") {
  const auto contents = read_snapshot(database(4096, 2));
  REQUIRE(contents);
  const SnapshotFacts& facts = contents->facts;
  CHECK(facts.revisions == 8);
  CHECK(facts.tombstones == 2);
  CHECK(facts.keys == 3);
  CHECK(facts.revision == 9);
  CHECK(facts.compacted == 1);
  CHECK(facts.consistent_index == 4711);
  CHECK(facts.term == 3);
  CHECK(facts.storage_version == "3.6.0");
  CHECK(facts.txid == 10);
}

TEST_CASE("snapshot: a compaction of all revisions still counts as the revision") {
  BoltWriter writer(4096);
  writer.bucket("key", writer.leaf({}));
  writer.inline_bucket("meta", fakes::meta_elements(77));
  const auto contents = read_snapshot(writer.finish());
  REQUIRE(contents);
  CHECK(contents->facts.revision == 77);
  CHECK(contents->facts.compacted == 77);
  CHECK(contents->current.empty());
}

TEST_CASE("snapshot: the bucket of keys within the root's page") {
  BoltWriter writer(4096);
  writer.inline_bucket("key", {put_element(2, "/registry/x", "v")});
  const auto contents = read_snapshot(writer.finish());
  REQUIRE(contents);
  CHECK(contents->current == Lines{"/registry/x=v@2"});
}

TEST_CASE("snapshot: values larger than a page") {
  const std::string large(10000, 'L');
  BoltWriter writer(4096);
  writer.bucket("key", writer.tree({put_element(2, "/a", large), put_element(3, "/b", "small"),
                                    put_element(4, "/c", large + "!")},
                                   2));
  const auto contents = read_snapshot(writer.finish());
  REQUIRE(contents);
  CHECK(contents->current == Lines{"/a=" + large + "@2", "/b=small@3", "/c=" + large + "!@4"});
}

TEST_CASE("snapshot: the changes of one transaction, in their order") {
  BoltWriter writer(4096);
  std::vector<BoltElement> elements;
  for (int sub = 0; sub < 300; ++sub) {
    const std::string message = fakes::key_value_message("/k" + std::to_string(sub % 3),
                                                         "v" + std::to_string(sub), 2, 2, 1);
    elements.push_back({fakes::revision_key(2, sub), message});
  }
  writer.bucket("key", writer.tree(elements, 7));
  const auto contents = read_snapshot(writer.finish());
  REQUIRE(contents);
  CHECK(contents->current == Lines{"/k0=v297@2", "/k1=v298@2", "/k2=v299@2"});
}

TEST_CASE("snapshot: only keys with the prefix, the borders too") {
  const auto contents = read_snapshot(database(4096, 3), "/registry/c");
  REQUIRE(contents);
  CHECK(contents->current == Lines{"/registry/c2=two@9"});
  CHECK(contents->residue == Lines{"deleted /registry/c=gone@3", "superseded /registry/c2=one@7"});
  CHECK(contents->facts.keys == 1);
  CHECK(contents->facts.revisions == 8);
}

TEST_CASE("snapshot: older revisions are told apart by what became of their key") {
  const auto contents = read_snapshot(database(4096, 3));
  REQUIRE(contents);
  CHECK(contents->residue == Lines{"superseded /registry/b=old@2", "deleted /registry/c=gone@3",
                                   "superseded /registry/c2=one@7"});
  CHECK(contents->residue_facts.superseded == 2);
  CHECK(contents->residue_facts.deleted == 1);
}

TEST_CASE("snapshot: the higher transaction counts, and the other one if its page is damaged") {
  BoltWriter writer(4096);
  const std::uint64_t old_root =
      writer.leaf({{"key",
                    std::string(16, '\0') + fakes::little<std::uint64_t>(0) +
                        fakes::little<std::uint16_t>(2) + std::string(6, '\0'),
                    true}});
  writer.bucket("key", writer.leaf({put_element(2, "/new", "v")}));
  std::string file = writer.finish(11);
  const auto pages = file.size() / 4096;
  BoltWriter::put_meta(file, 4096, 0, old_root, BoltWriter::kNoFreelist, pages, 10);
  auto contents = read_snapshot(file);
  REQUIRE(contents);
  CHECK(contents->facts.txid == 11);
  CHECK(contents->current == Lines{"/new=v@2"});

  file[4096 + 16 + 60] ^= 1;  // within the checksum of meta 1
  contents = read_snapshot(file);
  REQUIRE(contents);
  CHECK(contents->facts.txid == 10);
  CHECK(contents->current.empty());
}

TEST_CASE("snapshot: the page size is found with the first meta page gone") {
  for (const std::uint32_t page_size : {1024U, 4096U, 16384U, 65536U}) {
    CAPTURE(page_size);
    std::string file = database(page_size, 3);
    file.replace(0, page_size, std::string(page_size, '\xff'));
    const auto contents = read_snapshot(file);
    REQUIRE(contents);
    CHECK(contents->current == kCurrent);
  }
}

TEST_CASE("snapshot: a list of free pages is no free page") {
  BoltWriter writer(4096);
  const std::uint64_t list = writer.raw(fakes::little<std::uint64_t>(2) +
                                        fakes::little<std::uint16_t>(0x10) + std::string(6, '\0'));
  writer.bucket("key", writer.leaf(kHistory));
  const auto contents = read_snapshot(writer.finish(10, list));
  REQUIRE(contents);
  CHECK(contents->facts.free_pages == 0);
}

TEST_CASE("snapshot file: with and without its checksum, and never a broken one") {
  const fakes::TempDir dir;
  const std::string plain = database(4096, 3);
  std::string snapshot = BoltWriter::as_snapshot(plain);
  auto file = SnapshotFile::open(dir.write("db", plain), "");
  REQUIRE(file);
  CHECK_FALSE(file->facts().checksum);
  file = SnapshotFile::open(dir.write("snapshot.db", snapshot), "");
  REQUIRE(file);
  CHECK(file->facts().checksum);
  CHECK(file->facts().bytes == plain.size());

  for (const std::size_t at : {std::size_t{5}, snapshot.size() / 2, snapshot.size() - 1}) {
    CAPTURE(at);
    std::string damaged = snapshot;
    damaged[at] ^= 0x20;
    const std::string path = dir.write("damaged.db", damaged);
    file = SnapshotFile::open(path, "");
    REQUIRE_FALSE(file);
    CHECK(file.error().kind == ErrorKind::config);
    CHECK(file.error().message.starts_with(path + ": is damaged: its last 32 bytes"));
  }
}

TEST_CASE("snapshot file: what is written to meanwhile is not believed") {
  const fakes::TempDir dir;
  const std::string path = dir.write("db", database(4096, 3));
  auto file = SnapshotFile::open(path, "");
  REQUIRE(file);
  dir.write("db", database(4096, 3) + std::string(4096, '\0'));
  const auto result = file->current([](const etcd::KeyValue&) -> Result<void> { return {}; });
  REQUIRE_FALSE(result);
  CHECK(result.error().kind == ErrorKind::io);
  CHECK(result.error().message.starts_with(path + ": the file was written to"));
}

TEST_CASE("snapshot file: one that becomes shorter is an error, not a signal") {
  const fakes::TempDir dir;
  BoltWriter writer(4096);
  writer.bucket(
      "key",
      writer.tree({put_element(2, "/a", std::string(600000, 'a')), put_element(3, "/b", "b")}, 1));
  const std::string path = dir.write("db", writer.finish());
  auto file = SnapshotFile::open(path, "");
  REQUIRE(file);
  std::filesystem::resize_file(path, 8192);
  const auto result = file->current([](const etcd::KeyValue&) -> Result<void> { return {}; });
  REQUIRE_FALSE(result);
  CHECK(result.error().message.find("has become shorter") != std::string::npos);
}

TEST_CASE("snapshot file: no file, a directory") {
  const fakes::TempDir dir;
  auto file = SnapshotFile::open(dir.path() / "none.db", "");
  REQUIRE_FALSE(file);
  CHECK(file.error().kind == ErrorKind::io);
  CHECK(file.error().message.find("none.db") != std::string::npos);
  CHECK_FALSE(SnapshotFile::open(dir.path(), ""));
}

TEST_CASE("snapshot: the sink's error is the reader's") {
  const std::string bytes = database(4096, 3);
  auto file = SnapshotFile::read(std::make_unique<MemorySource>(bytes), "");
  REQUIRE(file);
  int calls = 0;
  const auto current = file->current([&](const etcd::KeyValue&) -> Result<void> {
    ++calls;
    return fail(ErrorKind::cancelled, "enough");
  });
  REQUIRE_FALSE(current);
  CHECK(current.error().message == "enough");
  const auto residue = file->residue([&](Place, const etcd::KeyValue&) -> Result<void> {
    ++calls;
    return fail(ErrorKind::cancelled, "enough");
  });
  REQUIRE_FALSE(residue);
  CHECK(residue.error().message == "enough");
  CHECK(calls == 2);
}

}  // namespace
}  // namespace kencrypt::snapshot
