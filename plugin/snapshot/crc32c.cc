#include "snapshot/crc32c.h"

#include <array>

#include "snapshot/little_endian.h"

namespace kencrypt::snapshot {
namespace {

constexpr std::uint32_t kPolynomial = 0x82f63b78;  // reversed, RFC 3720 section 12.1
using Table = std::array<std::uint32_t, 256>;

constexpr std::uint32_t one_byte(std::uint32_t crc) {
  for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? kPolynomial : 0U);
  return crc;
}

// kTables[n][b]: what byte b does to the checksum when n more bytes follow it ("slicing by 8").
constexpr std::array<Table, 8> make_tables() {
  std::array<Table, 8> tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = one_byte(byte);
    for (Table& table : tables) {
      table[byte] = crc;
      crc = one_byte(crc & 0xffU) ^ (crc >> 8);
    }
  }
  return tables;
}
constexpr std::array<Table, 8> kTables = make_tables();

std::uint32_t eight_bytes(std::uint32_t crc, std::uint64_t word) {
  word ^= crc;
  std::uint32_t next = 0;
  for (std::size_t i = 0; i < 8; ++i) next ^= kTables[7 - i][(word >> (8 * i)) & 0xffU];
  return next;
}

}  // namespace

std::uint32_t crc32c(std::uint32_t crc, std::string_view bytes) {
  crc = ~crc;
  for (; bytes.size() >= 8; bytes.remove_prefix(8))
    crc = eight_bytes(crc, load_le<std::uint64_t>(bytes, 0));
  for (const char c : bytes)
    crc = kTables[0][(crc ^ static_cast<unsigned char>(c)) & 0xffU] ^ (crc >> 8);
  return ~crc;
}

}  // namespace kencrypt::snapshot
