#include "fakes/wal_writer.h"

#include "fakes/bolt_writer.h"

namespace kencrypt::fakes {

std::uint32_t slow_crc32c(std::uint32_t crc, std::string_view bytes) {
  crc = ~crc;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1U) != 0 ? (crc >> 1) ^ 0x82f63b78U : crc >> 1;
  }
  return ~crc;
}

void WalWriter::record(std::uint64_t type, std::string_view data) {
  crc_ = slow_crc32c(crc_, data);
  std::string message = proto_varint(1, type) + proto_varint(2, crc_);
  if (!data.empty()) message += proto_bytes(3, data);
  const std::uint64_t padding = (8 - message.size() % 8) % 8;
  const std::uint64_t flag = padding == 0 ? 0 : (0x80 | padding) << 56;
  bytes_ += little<std::uint64_t>(message.size() | flag) + message + std::string(padding, '\0');
}

void WalWriter::entry(std::string_view request, std::uint64_t type) {
  record(2, proto_varint(1, type) + proto_varint(2, 1) + proto_varint(3, ++index_) +
                proto_bytes(4, request));
}

void WalWriter::put(std::string_view key, std::string_view value) {
  entry(request_of(4, put_request(key, value)));
}

std::string put_request(std::string_view key, std::string_view value) {
  return proto_bytes(1, key) + proto_bytes(2, value);
}

std::string request_of(std::uint32_t field, std::string_view message) {
  return proto_bytes(100, proto_varint(1, 77)) + proto_bytes(field, message);
}

std::string success_of(std::uint32_t op, std::string_view message) {
  return proto_bytes(2, proto_bytes(op, message));
}

}  // namespace kencrypt::fakes
