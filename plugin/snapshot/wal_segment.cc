#include "snapshot/wal_segment.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/protobuf.h"
#include "snapshot/crc32c.h"
#include "snapshot/little_endian.h"

namespace kencrypt::snapshot {
namespace {

using Type = ProtobufField::Type;

constexpr std::uint64_t kFrameSize = 8;
constexpr std::uint64_t kSector = 512;  // what a disk writes at once; decoder.go, minSectorSize
constexpr std::uint64_t kLengthMask = (std::uint64_t{1} << 56) - 1;

std::optional<WalRecordType> record_type(std::uint64_t number) {
  if (number < 1 || number > 5) return std::nullopt;
  return static_cast<WalRecordType>(number);
}

std::unexpected<Error> broken(std::uint64_t offset, std::string_view what) {
  return fail(ErrorKind::config,
              fmt::format("the record at offset {} {}; the file is damaged", offset, what));
}

}  // namespace

// The length is in 56 bits; the highest bit says that the lowest three of the top byte are padding.
Result<std::optional<WalSegment::Frame>> WalSegment::frame() {
  if (source_->size() - offset_ < kFrameSize) return std::nullopt;
  TRY_ASSIGN(const std::string_view bytes, source_->read(offset_, kFrameSize));
  const auto field = load_le<std::uint64_t>(bytes, 0);
  if (field == 0) return std::nullopt;
  const bool padded = field >> 63 != 0;
  return Frame{.record = field & kLengthMask, .padding = padded ? field >> 56 & 7U : 0U};
}

std::optional<WalSegment::Message> WalSegment::parse(std::string_view bytes) {
  Message message;
  std::uint64_t type = 0;
  ProtobufReader reader(bytes);
  while (const auto field = reader.next()) {
    if (field->is(1, Type::varint)) type = field->value;
    if (field->is(2, Type::varint)) message.crc = static_cast<std::uint32_t>(field->value);
    if (field->is(3, Type::bytes)) message.record.data = field->bytes;
  }
  const auto known = record_type(type);
  if (reader.malformed() || !known) return std::nullopt;
  message.record.type = *known;
  return message;
}

// A record of type crc begins a segment with the checksum so far. wal.go, ReadAll: 0 is that of a
// log that begins there.
Result<bool> WalSegment::check(const Message& message) {
  if (message.record.type == WalRecordType::crc) {
    const bool fits = crc_->value_or(0) == 0 || **crc_ == message.crc;
    if (!fits) return broken(offset_, "does not follow from the segment before");
    *crc_ = message.crc;
    return true;
  }
  const std::uint32_t next = crc32c(crc_->value_or(0), message.record.data);
  if (next != message.crc) return false;
  *crc_ = next;
  return true;
}

// decoder.go, isTornEntry: a sector that the disk never wrote is still all zero.
bool WalSegment::has_empty_sector(std::string_view bytes) const {
  std::uint64_t at = offset_ + kFrameSize;
  while (!bytes.empty()) {
    const std::size_t size =
        std::min<std::size_t>(bytes.size(), static_cast<std::size_t>(kSector - at % kSector));
    if (std::ranges::all_of(bytes.substr(0, size), [](char c) { return c == 0; })) return true;
    bytes.remove_prefix(size);
    at += size;
  }
  return false;
}

Result<std::optional<WalRecord>> WalSegment::end_torn(std::string_view what) {
  if (!last_) return broken(offset_, what);
  torn_ = true;
  return std::nullopt;
}

Result<std::optional<WalRecord>> WalSegment::next() {
  if (torn_) return std::nullopt;
  TRY_ASSIGN(const auto frame, this->frame());
  if (!frame) return std::nullopt;
  const std::uint64_t start = offset_ + kFrameSize;
  if (frame->record + frame->padding > source_->size() - start)
    return end_torn("is longer than the file");
  TRY_ASSIGN(const std::string_view bytes,
             source_->read(start, static_cast<std::size_t>(frame->record + frame->padding)));
  const auto message = parse(bytes.substr(0, static_cast<std::size_t>(frame->record)));
  bool sound = message.has_value();
  if (sound) {
    TRY_ASSIGN(sound, check(*message));
  }
  if (!sound) {
    if (has_empty_sector(bytes)) return end_torn("was not written to its end");
    return broken(offset_, message ? "has another checksum than it says" : "is no record of etcd");
  }
  offset_ = start + bytes.size();
  return message->record;
}

}  // namespace kencrypt::snapshot
