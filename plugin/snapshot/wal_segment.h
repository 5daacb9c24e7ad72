// One file of etcd's write-ahead log: records behind each other, each with its checksum.
//
// etcd server/storage/wal/decoder.go (frames, torn writes), encoder.go, wal.go (record types),
// walpb/record.proto.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "snapshot/byte_source.h"

namespace kencrypt::snapshot {

enum class WalRecordType : std::uint8_t {
  metadata = 1,
  entry = 2,
  state = 3,
  crc = 4,
  snapshot = 5
};

struct WalRecord {
  WalRecordType type = WalRecordType::metadata;
  std::string_view data;  // valid until the next record is read
};

// The checksum goes on from one segment to the next; empty before the first record of the first one
// that is there, whose own word is taken then.
using WalCrc = std::optional<std::uint32_t>;

class WalSegment {
 public:
  // `last`: whether no segment follows, so that the end may be torn. Both references must outlive
  // it.
  WalSegment(ByteSource& source, WalCrc& crc, bool last)
      : source_(&source), crc_(&crc), last_(last) {}

  // The next record, nullopt at the end: of the file, at the space that etcd keeps ready, or at a
  // record that was not written to its end (only in the last segment; torn() says so). Errors:
  // config (says at which offset) for what is no record, has another checksum or a torn record
  // elsewhere; too_large for a record above kMaxRead; those of reading.
  Result<std::optional<WalRecord>> next();
  bool torn() const { return torn_; }
  std::uint64_t offset() const { return offset_; }  // bytes, of the end of the last good record

 private:
  struct Frame {
    std::uint64_t record = 0;   // bytes
    std::uint64_t padding = 0;  // bytes that follow, up to a multiple of 8
  };
  struct Message {
    WalRecord record;
    std::uint32_t crc = 0;
  };

  Result<std::optional<Frame>> frame();
  static std::optional<Message> parse(std::string_view bytes);
  Result<bool> check(const Message& message);
  Result<std::optional<WalRecord>> end_torn(std::string_view what);
  bool has_empty_sector(std::string_view bytes) const;

  ByteSource* source_;
  WalCrc* crc_;
  bool last_;
  bool torn_ = false;
  std::uint64_t offset_ = 0;
};

}  // namespace kencrypt::snapshot
