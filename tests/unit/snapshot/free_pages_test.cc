#include "snapshot/free_pages.h"

#include <catch2/catch.hpp>

#include "fakes/bolt_writer.h"
#include "fakes/snapshot_contents.h"

namespace kencrypt::snapshot {
namespace {

using fakes::BoltElement;
using fakes::BoltWriter;
using fakes::put_element;
using fakes::read_snapshot;
using Lines = std::vector<std::string>;
using namespace std::string_literals;

const std::string kPlain = "k8s\0\n"s + "\x0c\n\x02v1 and the Secret";
const std::string kSealed = "k8s:enc:aescbc:v1:key1:ciphertext";

TEST_CASE("free pages: values of compacted revisions are found, each once") {
  BoltWriter writer(4096);
  writer.leaf({put_element(2, "/a", kPlain), put_element(3, "/b", kSealed)});
  writer.leaf({put_element(3, "/b", kSealed), fakes::delete_element(4, "/b")});  // a copy of 3
  writer.leaf({put_element(5, "/a", "now")});  // a copy of what is in use
  writer.leaf({{"12345678", "of another bucket"}});
  writer.bucket("key", writer.leaf({put_element(5, "/a", "now")}));
  writer.inline_bucket("meta", fakes::meta_elements(5));
  const auto contents = read_snapshot(writer.finish());
  REQUIRE(contents);
  CHECK(contents->residue ==
        Lines{"free page /a=" + kPlain + "@2", "free page /b=" + kSealed + "@3"});
  CHECK(contents->residue_facts.free.pages == 4);
  CHECK(contents->facts.free_pages == 4);
  CHECK(contents->residue_facts.free.values == 2);
  CHECK(contents->residue_facts.free.copies == 2);
  CHECK(contents->residue_facts.free.fragments.plaintext == 0);
  CHECK(contents->residue_facts.free.fragments.encrypted == 0);
}

TEST_CASE("free pages: only what has the prefix is given out") {
  BoltWriter writer(4096);
  writer.leaf({put_element(2, "/a", "x"), put_element(3, "/b", "y")});
  writer.bucket("key", writer.leaf({}));
  const auto contents = read_snapshot(writer.finish(), "/b");
  REQUIRE(contents);
  CHECK(contents->residue == Lines{"free page /b=y@3"});
}

TEST_CASE("free pages: also beyond the high-water mark") {
  BoltWriter writer(4096);
  writer.bucket("key", writer.leaf({}));
  std::string file = writer.finish();
  const std::uint64_t next = file.size() / 4096;
  BoltWriter tail(4096);
  while (tail.raw("") + 1 < next) {
  }
  REQUIRE(tail.leaf({put_element(2, "/a", "beyond")}) == next);
  tail.bucket("unused", 2);
  file += tail.finish().substr(file.size());
  const auto contents = read_snapshot(file);
  REQUIRE(contents);
  CHECK(contents->residue == Lines{"free page /a=beyond@2"});
}

// A page of three whose last two have been used again.
TEST_CASE("free pages: a value whose end is overwritten is a fragment, those before it are whole") {
  for (const bool freed_again : {false, true}) {
    CAPTURE(freed_again);
    BoltWriter writer(4096);
    writer.leaf(
        {put_element(2, "/a", kSealed), put_element(3, "/b", kPlain + std::string(9000, 'x'))});
    writer.bucket("key", writer.leaf({}));
    std::string file = writer.finish();
    BoltWriter other(4096);
    other.raw("");
    REQUIRE(other.leaf({put_element(9, "/c", "later")}) == 3);
    other.bucket("unused", 2);
    const std::string page = other.finish().substr(3 * 4096, 4096);
    file.replace(3 * 4096, 4096, page);
    if (!freed_again) {  // in use: the bucket's root is page 3 now
      BoltWriter used(4096);
      used.raw("");
      used.leaf({put_element(9, "/c", "later")});
      used.raw("");
      used.bucket("key", 3);
      used.inline_bucket("meta", fakes::meta_elements(9));
      std::string with = used.finish();
      with.replace(2 * 4096, 4096, file.substr(2 * 4096, 4096));
      file = with;
    }
    const auto contents = read_snapshot(file);
    REQUIRE(contents);
    Lines expected{"free page /a=" + kSealed + "@2"};
    if (freed_again) expected.push_back("free page /c=later@9");
    CHECK(contents->residue == expected);
    CHECK(contents->residue_facts.free.fragments.plaintext == 1);
    CHECK(contents->residue_facts.free.fragments.encrypted == 0);
  }
}

TEST_CASE("free pages: a revision that is no key and value any more is looked at for fragments") {
  BoltWriter writer(4096);
  writer.leaf({{fakes::revision_key(2), "\xff" + kPlain}, put_element(3, "/b", kPlain)});
  writer.bucket("key", writer.leaf({}));
  const auto contents = read_snapshot(writer.finish());
  REQUIRE(contents);
  CHECK(contents->residue == Lines{"free page /b=" + kPlain + "@3"});
  CHECK(contents->residue_facts.free.fragments.plaintext == 1);
}

TEST_CASE("free pages: without a header there are fragments, across pages too") {
  for (std::size_t before = 4080; before < 4100; ++before) {
    CAPTURE(before);
    BoltWriter writer(4096);
    writer.raw(std::string(before, 'x') + kSealed + std::string(5000 - before, 'x') + kPlain);
    writer.bucket("key", writer.leaf({}));
    const auto contents = read_snapshot(writer.finish());
    REQUIRE(contents);
    CHECK(contents->residue.empty());
    CHECK(contents->residue_facts.free.pages == 2);
    CHECK(contents->residue_facts.free.fragments.plaintext == 1);
    CHECK(contents->residue_facts.free.fragments.encrypted == 1);
  }
}

TEST_CASE("free pages: what is not free is no fragment") {
  BoltWriter writer(4096);
  writer.raw("k8s:e");
  writer.bucket("key", writer.leaf({put_element(2, "/a", kPlain + kSealed)}));
  const auto contents = read_snapshot(writer.finish());
  REQUIRE(contents);
  CHECK(contents->residue_facts.free.fragments.plaintext == 0);
  CHECK(contents->residue_facts.free.fragments.encrypted == 0);
}

TEST_CASE("fragments: fed in pieces of every size, each mark counts once") {
  const std::string text = "k8s:enc:k8s\0\nk8sk8s:enc:k8s\0xk8s\0\nk8s:en"s;
  for (std::size_t size = 1; size <= text.size(); ++size) {
    CAPTURE(size);
    FragmentScan scan;
    for (std::size_t at = 0; at < text.size(); at += size)
      scan.feed(std::string_view(text).substr(at, size));
    CHECK(scan.found().encrypted == 2);
    CHECK(scan.found().plaintext == 2);
  }
}

TEST_CASE("fragments: nothing reaches across a gap") {
  FragmentScan scan;
  scan.feed("k8s:");
  scan.gap();
  scan.feed("enc:");
  CHECK(scan.found().encrypted == 0);
}

TEST_CASE("revision set: each once, and what cannot be remembered always") {
  RevisionSet set;
  for (std::int64_t main = 1; main <= 5000; ++main) CHECK(set.add({main, main % 3}));
  for (std::int64_t main = 1; main <= 5000; ++main) CHECK_FALSE(set.add({main, main % 3}));
  CHECK(set.add({1, 2}));
  CHECK(set.size() == 5001);
  for (int i = 0; i < 2; ++i) CHECK(set.add({1, std::int64_t{1} << 16}));
  for (int i = 0; i < 2; ++i) CHECK(set.add({std::int64_t{1} << 48, 0}));
  RevisionSet full(2);
  for (std::int64_t main = 1; main <= 3; ++main) CHECK(full.add({main, 0}));
  CHECK_FALSE(full.add({2, 0}));
  CHECK(full.add({3, 0}));
}

}  // namespace
}  // namespace kencrypt::snapshot
