#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "fakes/bolt_writer.h"
#include "fakes/temp_dir.h"
#include "fakes/wal_writer.h"
#include "snapshot/crc32c.h"
#include "snapshot/wal_directory.h"
#include "snapshot/wal_request.h"

namespace kencrypt::snapshot {
namespace {

using fakes::proto_bytes;
using fakes::proto_varint;
using fakes::put_request;
using fakes::request_of;
using fakes::success_of;
using fakes::TempDir;
using fakes::WalWriter;
using Lines = std::vector<std::string>;

constexpr auto* kFirst = "0000000000000000-0000000000000000.wal";
constexpr auto* kSecond = "0000000000000001-0000000000000010.wal";
constexpr auto* kThird = "0000000000000002-00000000000000ff.wal";

struct Log {
  Lines puts;
  WalFacts facts;
};

FoundValueSink collect(Lines& lines) {
  return [&lines](Place place, const etcd::KeyValue& kv) -> Result<void> {
    CHECK(place == Place::wal);
    lines.push_back(std::string(kv.key) + "=" + std::string(kv.value));
    return {};
  };
}

Result<Log> read(const TempDir& dir, std::string_view prefix = "") {
  Log log;
  TRY_ASSIGN(log.facts, read_wal(dir.path(), prefix, collect(log.puts)));
  return log;
}

Result<Log> read_bytes(std::string_view bytes, bool last = true) {
  Log log;
  MemorySource source(bytes);
  WalCrc crc;
  TRY(read_wal_segment(source, crc, last, "", collect(log.puts), log.facts));
  return log;
}

Lines puts_of(std::string_view request) {
  Lines lines;
  const std::string entry = proto_varint(3, 1) + proto_bytes(4, request);
  CHECK(read_wal_entry(entry, "", collect(lines)) == WalRequest::read);
  return lines;
}

TEST_CASE("crc32c: known answers, and the same as bit by bit") {
  CHECK(crc32c(0, "123456789") == 0xe3069283);  // RFC 3720's check value
  CHECK(crc32c(0, std::string(32, '\0')) == 0x8a9136aa);
  std::string text;
  for (int i = 0; i < 100; ++i) {
    CHECK(crc32c(static_cast<std::uint32_t>(i), text) ==
          fakes::slow_crc32c(static_cast<std::uint32_t>(i), text));
    text += static_cast<char>(i * 37);
  }
}

TEST_CASE("write-ahead log: puts of all segments, with the checksum going on") {
  const TempDir dir;
  WalWriter first;
  first.record(1, "metadata");
  first.record(5, proto_varint(1, 0));
  first.put("/registry/a", "1");
  first.record(3, proto_varint(1, 1));
  dir.write(kFirst, first.bytes());
  WalWriter second(first.crc());
  second.put("/registry/a", "2");
  second.put("/other", "3");
  dir.write(kSecond, second.bytes() + std::string(4096, '\0'));
  dir.write("0.tmp", std::string(512, '\0'));
  dir.write("0000000000000000-0000000000000000.wal.broken", "x");
  const auto log = read(dir, "/registry/");
  REQUIRE(log);
  CHECK(log->puts == Lines{"/registry/a=1", "/registry/a=2"});
  CHECK(log->facts.segments == 2);
  CHECK(log->facts.entries == 3);
  CHECK(log->facts.puts == 2);
  CHECK(log->facts.bytes == first.bytes().size() + second.bytes().size());
  CHECK_FALSE(log->facts.torn);
  CHECK(log->facts.unread == Lines{"0000000000000000-0000000000000000.wal.broken"});
}

TEST_CASE("write-ahead log: the oldest segments may be gone") {
  const TempDir dir;
  WalWriter first;
  first.put("/gone", "1");
  WalWriter second(first.crc());
  second.put("/there", "2");
  dir.write(kSecond, second.bytes());
  const auto log = read(dir);
  REQUIRE(log);
  CHECK(log->puts == Lines{"/there=2"});
}

TEST_CASE("write-ahead log: a segment missing in between, one of another log, none at all") {
  const TempDir dir;
  auto log = read(dir);
  REQUIRE_FALSE(log);
  CHECK(log.error().message.find("there is no segment") != std::string::npos);

  WalWriter first;
  first.put("/a", "1");
  WalWriter third(first.crc());
  dir.write(kFirst, first.bytes());
  dir.write(kThird, third.bytes());
  log = read(dir);
  REQUIRE_FALSE(log);
  CHECK(log.error().message.find("a segment is missing") != std::string::npos);

  dir.write(kSecond, WalWriter(4711).bytes());
  log = read(dir);
  REQUIRE_FALSE(log);
  CHECK(log.error().message.find(kSecond) != std::string::npos);
  CHECK(log.error().message.find("does not follow") != std::string::npos);
}

TEST_CASE("write-ahead log: a torn end is said in the last segment, and an error before it") {
  WalWriter writer;
  writer.put("/a", "1");
  const std::size_t whole = writer.bytes().size();
  writer.put("/b", std::string(3000, 'b'));
  const std::string& bytes = writer.bytes();
  for (std::size_t size = whole + 8; size < bytes.size(); ++size) {
    CAPTURE(size);
    const auto log = read_bytes(std::string_view(bytes).substr(0, size));
    REQUIRE(log);
    REQUIRE(log->facts.torn);
    REQUIRE(log->puts == Lines{"/a=1"});
    REQUIRE_FALSE(read_bytes(std::string_view(bytes).substr(0, size), false));
  }
  // A sector that was never written, in space kept ready.
  std::string hole = bytes;
  hole.replace(1024, 512, 512, '\0');
  const auto log = read_bytes(hole + std::string(1000, '\0'));
  REQUIRE(log);
  CHECK(log->facts.torn);
  const auto before = read_bytes(hole, false);
  REQUIRE_FALSE(before);
  CHECK(before.error().message.find(std::to_string(whole) + " was not written to its end") !=
        std::string::npos);
}

TEST_CASE("write-ahead log: whatever byte is changed, nothing is given out that was not written") {
  WalWriter writer;
  writer.put("/a", "first");
  writer.put("/b", "second");
  std::size_t errors = 0;
  for (std::size_t at = 0; at < writer.bytes().size(); ++at) {
    for (const char change : {'\x01', '\x80', '\xff'}) {
      CAPTURE(at, static_cast<int>(change));
      std::string bytes = writer.bytes();
      bytes[at] = static_cast<char>(bytes[at] ^ change);
      Lines puts;
      WalFacts facts;
      MemorySource source(bytes);
      WalCrc crc;
      errors += read_wal_segment(source, crc, true, "", collect(puts), facts) ? 0U : 1U;
      for (const std::string& put : puts) CHECK((put == "/a=first" || put == "/b=second"));
    }
  }
  CHECK(errors > writer.bytes().size());
}

TEST_CASE("write-ahead log: another checksum is an error that says where") {
  WalWriter writer;
  const std::size_t at = writer.bytes().size();
  writer.put("/a", "first");
  std::string bytes = writer.bytes();
  bytes[bytes.size() - 9] ^= 1;
  const auto log = read_bytes(bytes);
  REQUIRE_FALSE(log);
  CHECK(log.error().kind == ErrorKind::config);
  CHECK(log.error().message.find("offset " + std::to_string(at)) != std::string::npos);
}

TEST_CASE("write-ahead log: transactions, both ways, and within each other") {
  const std::string put = put_request("/a", "v");
  CHECK(puts_of(request_of(4, put)) == Lines{"/a=v"});
  CHECK(puts_of(request_of(6, success_of(2, put))) == Lines{"/a=v"});
  CHECK(puts_of(request_of(6, proto_bytes(1, "compare") + success_of(2, put) +
                                  proto_bytes(3, proto_bytes(2, put_request("/b", "w"))))) ==
        Lines{"/a=v", "/b=w"});
  CHECK(puts_of(request_of(6, success_of(1, "range") + success_of(3, "delete"))).empty());
  std::string nested = success_of(2, put);
  for (int depth = 2; depth <= kMaxTxnDepth; ++depth) nested = success_of(4, nested);
  CHECK(puts_of(request_of(6, nested)) == Lines{"/a=v"});
  CHECK(puts_of(request_of(6, success_of(4, nested))).empty());
}

TEST_CASE("write-ahead log: a put that keeps the value it finds holds none") {
  CHECK(puts_of(request_of(4, proto_bytes(1, "/a") + proto_varint(5, 1))).empty());
  CHECK(puts_of(request_of(4, put_request("/a", "v") + proto_varint(5, 0))) == Lines{"/a=v"});
}

TEST_CASE("write-ahead log: what is no request for keys is counted and let go by") {
  Lines lines;
  // etcdserverpb.Request of the API v2: ID, Method, Path, Val, Dir.
  const std::string v2 = proto_varint(1, 9) + proto_bytes(2, "PUT") + proto_bytes(3, "/0/members") +
                         proto_bytes(4, put_request("/a", "v")) + proto_varint(5, 0);
  for (const std::string& entry :
       {proto_bytes(4, v2), proto_varint(1, 1) + proto_bytes(4, "member"),
        proto_bytes(4, "\xff\xff"), std::string("\x0a")}) {
    const auto read = read_wal_entry(entry, "", collect(lines));
    REQUIRE(read);
    CHECK(*read == WalRequest::other);
  }
  CHECK(lines.empty());
}

TEST_CASE("write-ahead log: a record larger than what is read at once is refused") {
  WalWriter writer;
  const std::string file =
      writer.bytes() + fakes::little<std::uint64_t>(kMaxRead + 8) + std::string(kMaxRead + 8, 'x');
  const auto log = read_bytes(file);
  REQUIRE_FALSE(log);
  CHECK(log.error().kind == ErrorKind::too_large);
}

TEST_CASE("write-ahead log: of many files, some are named and too many segments refused") {
  const TempDir dir;
  dir.write(kFirst, WalWriter().bytes());
  for (std::size_t i = 0; i <= kMaxUnread; ++i) dir.write("other " + std::to_string(i), "");
  const auto log = read(dir);
  REQUIRE(log);
  CHECK(log->facts.unread.size() == kMaxUnread);
  for (std::size_t i = 1; i <= kMaxSegments; ++i)
    dir.write(fmt::format("{:016x}-{:016x}.wal", i, i), "");
  const auto refused = read(dir);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::too_large);
}

TEST_CASE("write-ahead log: the sink's error is the reader's") {
  const TempDir dir;
  WalWriter writer;
  writer.put("/a", "1");
  dir.write(kFirst, writer.bytes());
  const auto facts = read_wal(dir.path(), "", [](Place, const etcd::KeyValue&) -> Result<void> {
    return fail(ErrorKind::cancelled, "enough");
  });
  REQUIRE_FALSE(facts);
  CHECK(facts.error().message == "enough");
}

}  // namespace
}  // namespace kencrypt::snapshot
