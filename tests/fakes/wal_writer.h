// Writes etcd's write-ahead logs: from etcd server/storage/wal/encoder.go and the protobuf
// definitions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kencrypt::fakes {

class WalWriter {
 public:
  // `crc` is that of the segment before.
  explicit WalWriter(std::uint32_t crc = 0) : crc_(crc) { record(4, ""); }

  void record(std::uint64_t type, std::string_view data);
  void entry(std::string_view request, std::uint64_t type = 0);
  void put(std::string_view key, std::string_view value);

  std::uint32_t crc() const { return crc_; }
  const std::string& bytes() const { return bytes_; }

 private:
  std::uint32_t crc_;
  std::uint64_t index_ = 0;
  std::string bytes_;
};

// Bit by bit, unlike the reader's.
std::uint32_t slow_crc32c(std::uint32_t crc, std::string_view bytes);
// etcdserverpb messages.
std::string put_request(std::string_view key, std::string_view value);
std::string request_of(std::uint32_t field, std::string_view message);  // InternalRaftRequest
std::string success_of(std::uint32_t op, std::string_view message);     // one field of TxnRequest

}  // namespace kencrypt::fakes
