// Files that no bbolt has written: an answer with an error, or a wrong answer where nothing tells,
// but never a crash and never without end.
#include <catch2/catch.hpp>

#include "fakes/bolt_writer.h"
#include "fakes/snapshot_contents.h"

namespace kencrypt::snapshot {
namespace {

using fakes::BoltElement;
using fakes::BoltWriter;
using fakes::little;
using fakes::put_element;
using fakes::read_snapshot;
using fakes::revision_key;

constexpr std::uint32_t kPage = 1024;

std::string small_database() {
  BoltWriter writer(kPage);
  writer.leaf(
      {put_element(2, "/a", "k8s:enc:x"), put_element(3, "/b", std::string(1200, 'y'))});  // free
  writer.bucket(
      "key", writer.tree({put_element(4, "/a", "1"), put_element(5, "/b", std::string(1100, 'z')),
                          put_element(6, "/a", "2"), fakes::delete_element(7, "/b")},
                         2));
  writer.inline_bucket("meta", fakes::meta_elements(3));
  writer.bucket("lease", writer.leaf({{"12345678", "v"}}));
  return writer.finish();
}

void expect_error(const std::string& file, std::string_view what) {
  const auto contents = read_snapshot(file);
  REQUIRE_FALSE(contents);
  INFO(contents.error().message);
  CHECK(contents.error().kind == ErrorKind::config);
  CHECK(contents.error().message.find(what) != std::string::npos);
}

template <class T>
std::string with(std::string file, std::size_t at, T value) {
  return file.replace(at, sizeof(T), little(value));
}

TEST_CASE("damage: a file cut after every page is cut short, or no file of etcd") {
  const std::string file = small_database();
  REQUIRE(read_snapshot(file));
  for (std::size_t pages = 1; pages < file.size() / kPage; ++pages) {
    CAPTURE(pages);
    expect_error(file.substr(0, pages * kPage), "is cut short");
  }
}

TEST_CASE("damage: a file cut after every byte never works") {
  const std::string file = small_database();
  for (std::size_t size = 0; size < file.size(); ++size) {
    const auto contents = read_snapshot(std::string_view(file).substr(0, size));
    if (contents) FAIL("read " << size << " of " << file.size() << " bytes");
  }
}

TEST_CASE("damage: every byte changed, in several ways") {
  const std::string file = small_database();
  std::size_t errors = 0;
  for (std::size_t at = 0; at < file.size(); ++at) {
    for (const char change : {'\x01', '\x80', '\xff'}) {
      std::string changed = file;
      changed[at] = static_cast<char>(changed[at] ^ change);
      // A meta page with a wrong checksum is not looked at further.
      if (at < 2 * kPage && at % kPage < 72) BoltWriter::seal_meta(changed, at / kPage * kPage);
      errors += read_snapshot(changed) ? 0U : 1U;
    }
  }
  CHECK(errors > 500);
}

TEST_CASE("damage: what is no file of bbolt says so") {
  expect_error("", "is no etcd snapshot");
  expect_error(std::string(100, 'x'), "is no etcd snapshot");
  expect_error(std::string(20000, '\0'), "is no etcd snapshot");
  expect_error("{\"kind\": \"EncryptionConfiguration\"}" + std::string(4096, ' '),
               "is no etcd snapshot");
}

TEST_CASE("damage: meta pages that explain themselves") {
  const std::string file = small_database();
  const auto both = [&](std::size_t at, std::uint32_t value) {
    return with(with(file, at, value), kPage + at, value);
  };
  expect_error(both(16, 0xEDDA0CED), "big-endian machine");
  expect_error(both(20, 3), "version other than 2");
  expect_error(both(72, 7), "checksum");
}

TEST_CASE("damage: meta pages with a right checksum and wrong content") {
  const std::string file = small_database();
  const auto meta = [&](std::uint64_t root, std::uint64_t freelist, std::uint64_t pages,
                        std::uint32_t size = kPage) {
    std::string changed = file;
    BoltWriter::put_meta(changed, kPage, 0, root, freelist, pages, 100);
    changed.replace(24, 4, little(size));
    BoltWriter::seal_meta(changed, 0);
    changed[kPage + 16] = 'x';  // so that page 0 counts
    return changed;
  };
  const std::uint64_t pages = file.size() / kPage;
  expect_error(meta(0, BoltWriter::kNoFreelist, pages), "its root is page 0");
  expect_error(meta(pages, BoltWriter::kNoFreelist, pages), "its root is page");
  expect_error(meta(2, BoltWriter::kNoFreelist, pages + 1), "is cut short");
  expect_error(meta(2, BoltWriter::kNoFreelist, ~std::uint64_t{0}), "is cut short");
  expect_error(meta(2, 2, pages), "should be the list of free pages");
  expect_error(meta(2, pages, pages), "is referred to");
  for (const std::uint32_t size : {0U, 1U, 512U, 1000U, 1025U, 1U << 25, 0xffffffffU}) {
    CAPTURE(size);
    expect_error(meta(2, BoltWriter::kNoFreelist, 3, size), "page size");
  }
}

TEST_CASE("damage: trees that go round in circles") {
  BoltWriter writer(kPage);
  writer.bucket("key", writer.branch({{"a", 2}}));  // page 2 is its own child
  expect_error(writer.finish(), "page 2: is in use twice");

  BoltWriter twice(kPage);
  const auto leaf = twice.leaf({put_element(2, "/a", "v")});
  twice.bucket("key", twice.branch({{revision_key(2), leaf}, {revision_key(3), leaf}}));
  expect_error(twice.finish(), "page 2: is in use twice");

  BoltWriter shared(kPage);
  const auto root = shared.leaf({put_element(2, "/a", "v")});
  shared.bucket("key", root);
  shared.bucket("lease", root);
  expect_error(shared.finish(), "page 2: is in use twice");
}

TEST_CASE("damage: trees that are too deep") {
  BoltWriter writer(kPage);
  std::uint64_t page = writer.leaf({put_element(2, "/a", "v")});
  for (int i = 0; i < 64; ++i) page = writer.branch({{revision_key(2), page}});
  writer.bucket("key", page);
  CHECK(read_snapshot(writer.finish()));
  BoltWriter deeper(kPage);
  page = deeper.leaf({put_element(2, "/a", "v")});
  for (int i = 0; i < 65; ++i) page = deeper.branch({{revision_key(2), page}});
  deeper.bucket("key", page);
  expect_error(deeper.finish(), "is more than 64 levels deep");
}

TEST_CASE("damage: keys that do not ascend, within a page and between pages") {
  const BoltElement two = put_element(2, "/a", "v");
  const BoltElement three = put_element(3, "/a", "v");
  for (const std::size_t per_leaf : {std::size_t{1}, std::size_t{2}}) {
    for (const auto& elements : {std::vector<BoltElement>{three, two}, {two, two}}) {
      BoltWriter writer(kPage);
      writer.bucket("key", writer.tree(elements, per_leaf));
      expect_error(writer.finish(), "its keys do not ascend");
    }
  }
}

TEST_CASE("damage: pages that hold other keys than the page above says") {
  const auto tree = [](const std::vector<BoltElement>& first,
                       const std::vector<BoltElement>& second) {
    BoltWriter writer(kPage);
    const auto one = writer.leaf(first);
    const auto other = writer.leaf(second);
    writer.bucket("key", writer.branch({{revision_key(2), one}, {revision_key(4), other}}));
    writer.inline_bucket("meta", fakes::meta_elements(9));
    return writer.finish();
  };
  const auto put = [](std::int64_t revision) { return put_element(revision, "/a", "v"); };
  CHECK(read_snapshot(tree({put(2), put(3)}, {put(4)})));
  expect_error(tree({put(3)}, {put(4)}), "page 2: begins with another key");
  expect_error(tree({put(2)}, {put(3), put(4)}), "page 3: begins with another key");
  expect_error(tree({put(2)}, {}), "page 3: begins with another key");
  expect_error(tree({put(2), put(4)}, {put(4)}),
               "page 2: holds keys that belong to the page after it");
}

TEST_CASE("damage: branches that hold other keys than the branch above says") {
  const auto tree = [](std::int64_t lowest, std::int64_t highest) {
    BoltWriter writer(kPage);
    const auto leaf = [&](std::int64_t revision) {
      return writer.leaf({put_element(revision, "/a", "v")});
    };
    const auto low = writer.branch(
        {{revision_key(lowest), leaf(lowest)}, {revision_key(highest), leaf(highest)}});
    const auto high = writer.branch({{revision_key(6), leaf(6)}});
    writer.bucket("key", writer.branch({{revision_key(2), low}, {revision_key(6), high}}));
    writer.inline_bucket("meta", fakes::meta_elements(9));
    return writer.finish();
  };
  CHECK(read_snapshot(tree(2, 5)));
  expect_error(tree(3, 5), "begins with another key");
  expect_error(tree(2, 6), "holds keys that belong to the page after it");
  expect_error(tree(2, 7), "holds keys that belong to the page after it");
}

// What a copy looks like whose pages are of different moments, and nothing else tells.
TEST_CASE("damage: revisions that are missing though nothing was compacted") {
  const auto database = [](const std::vector<BoltElement>& revisions, std::int64_t compacted) {
    BoltWriter writer(kPage);
    writer.bucket("key", writer.tree(revisions, 2));
    writer.inline_bucket("meta", fakes::meta_elements(compacted));
    return writer.finish();
  };
  const auto put = [](std::int64_t main, std::int64_t sub = 0) {
    return BoltElement{revision_key(main, sub), fakes::key_value_message("/a", "v", main, main, 1)};
  };
  CHECK(read_snapshot(database({put(2), put(3), put(3, 1), put(4)}, 0)));
  expect_error(database({put(3), put(4)}, 0),
               "revision 2 is missing, and etcd compacted none after 0");
  expect_error(database({put(2), put(4)}, 2), "revision 3 is missing");
  expect_error(database({put(2), put(3, 1), put(4)}, 2), "revision 3 is missing");
  expect_error(database({put(2), put(3), put(3, 2), put(4)}, 2), "revision 3 is missing");
  expect_error(database({put(2), put(INT64_MAX)}, 2), "is missing");
  CHECK(read_snapshot(database({put(2), put(4)}, 3)));
  CHECK(read_snapshot(database({put(2), put(3, 1), put(4)}, 3)));
  CHECK(read_snapshot(BoltWriter::as_snapshot(database({put(2), put(4)}, 2))));
  // etcdutl snapshot restore --bump-revision
  CHECK(read_snapshot(database({put(2), {revision_key(1000000002), ""}, put(1000000003)}, 0)));
}

// bbolt writes pages first, and then the meta page that has them in use.
TEST_CASE("damage: pages of a transaction that a kill has cut short are none") {
  BoltWriter writer(kPage);
  writer.leaf({put_element(2, "/a", "v"), put_element(4, "/a", "w")});
  writer.bucket("key", writer.leaf({put_element(2, "/a", "v"), put_element(3, "/b", "v")}));
  writer.inline_bucket("meta", fakes::meta_elements(0));
  const auto contents = read_snapshot(writer.finish());
  REQUIRE(contents);
  CHECK(contents->facts.revision == 3);
}

TEST_CASE("damage: pages with the wrong number, kind or length") {
  BoltWriter writer(kPage);
  writer.bucket("key", writer.leaf({put_element(2, "/a", "v")}));
  const std::string file = writer.finish();
  const std::size_t page = 2 * kPage;
  expect_error(with<std::uint64_t>(file, page, 9), "page 2: calls itself page 9");
  expect_error(with<std::uint16_t>(file, page + 8, 4), "its flags are 0x4");
  expect_error(with<std::uint16_t>(file, page + 8, 3), "its flags are 0x3");
  expect_error(with<std::uint32_t>(file, page + 12, 0xffffffff), "reaches beyond the last page");
  expect_error(with<std::uint32_t>(file, page + 12, 1), "page 2: is in use twice, or runs into");
  expect_error(with<std::uint16_t>(file, page + 10, 0xffff), "page 2:");
  expect_error(with<std::uint32_t>(file, page + 20, 0), "reaches into what is before it");
  expect_error(with<std::uint32_t>(file, page + 20, 0xfffffff0), "reaches beyond the end");
  expect_error(with<std::uint32_t>(file, page + 24, 40000), "has a key of 40000 bytes");
  expect_error(with<std::uint32_t>(file, page + 28, 0xffffffff), "reaches beyond the end");
}

TEST_CASE("damage: elements that share their bytes") {
  BoltWriter writer(kPage);
  writer.bucket("key", writer.leaf({put_element(2, "/a", "v"), put_element(3, "/a", "v")}));
  std::string file = writer.finish();
  // The second element's data where the first one's is.
  expect_error(with<std::uint32_t>(file, 2 * kPage + 16 + 16 + 4, 16),
               "reaches into what is before it");
}

TEST_CASE("damage: what is no content of etcd") {
  const auto keys = [](BoltElement element) {
    BoltWriter writer(kPage);
    writer.bucket("key", writer.leaf({std::move(element)}));
    return writer.finish();
  };
  const std::string message = fakes::key_value_message("/a", "v", 1, 2, 1);
  expect_error(keys({"short", message}), "besides revisions");
  expect_error(keys({std::string(17, '\0'), message}), "besides revisions");
  expect_error(keys({fakes::revision_key(2) + "x", message}), "besides revisions");
  expect_error(keys({fakes::revision_key(-1), message}), "besides revisions");
  expect_error(keys({fakes::revision_key(2), message, true}), "besides revisions");
  expect_error(keys({fakes::revision_key(2), "\xff"}), "no key and value");
  CHECK(read_snapshot(keys({fakes::revision_key(2), ""})));  // etcdutl snapshot restore --bump-revision

  BoltWriter none(kPage);
  none.bucket("lease", none.leaf({}));
  expect_error(none.finish(), "no bucket named 'key'");
  BoltWriter empty(kPage);
  empty.bucket("key", empty.branch({}));
  expect_error(empty.finish(), "a branch without children");
}

TEST_CASE("damage: buckets that lead nowhere") {
  BoltWriter writer(kPage);
  writer.bucket("key", 4711);
  expect_error(writer.finish(), "page 4711: is referred to");
  BoltWriter meta(kPage);
  meta.bucket("key", 1);
  expect_error(meta.finish(), "page 1: is referred to");
}

TEST_CASE("damage: more buckets than etcd could have") {
  BoltWriter writer(65536);
  writer.bucket("key", writer.leaf({}));
  for (int i = 0; i < 256; ++i) writer.inline_bucket("more " + std::to_string(i), {});
  expect_error(writer.finish(), "more than 256 buckets");
}

TEST_CASE("damage: a page larger than what is read at once is refused") {
  // 65 MiB that are mostly not there: a leaf that says so, in a file long enough.
  BoltWriter writer(65536);
  writer.bucket("key", writer.raw(little<std::uint64_t>(2) + little<std::uint16_t>(2) +
                                  little<std::uint16_t>(0) + little<std::uint32_t>(65 * 16) +
                                  std::string(65U << 20, '\0')));
  const auto contents = read_snapshot(writer.finish());
  REQUIRE_FALSE(contents);
  CHECK(contents.error().kind == ErrorKind::too_large);
}

}  // namespace
}  // namespace kencrypt::snapshot
