#include "base/base64.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace kencrypt {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> make_table() {
  std::array<std::int8_t, 256> table{};
  table.fill(-1);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i)
    table[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  return table;
}
constexpr auto kTable = make_table();

bool is_blank(char c) { return c == '\n' || c == '\r' || c == ' ' || c == '\t'; }

// Collects sextets and writes bytes, never more of them than it was fed characters.
class Decoder {
 public:
  explicit Decoder(char* out) : out_(out) {}
  // False if `c` cannot stand here.
  bool feed(char c) {
    if (c == '=') return ++padding_ <= 2;
    const int value = kTable[static_cast<unsigned char>(c)];
    if (value < 0 || padding_ > 0) return false;
    bits_ = (bits_ << 6) | static_cast<std::uint32_t>(value);
    if (++sextets_ % 4 == 0) emit(3);
    return true;
  }
  // False if the text ended in the middle of a group or with padding that does not fit.
  bool finish() {
    const unsigned rest = sextets_ % 4;
    if (rest == 0) return padding_ == 0;
    if (rest == 1 || padding_ != 4 - rest) return false;
    bits_ <<= 6 * (4 - rest);
    emit(rest - 1);
    return true;
  }
  const char* end() const { return out_; }

 private:
  void emit(unsigned bytes) {
    for (unsigned i = 0; i < bytes; ++i)
      *out_++ = static_cast<char>((bits_ >> (16 - 8 * i)) & 0xffU);
    bits_ = 0;
  }
  char* out_;
  std::uint32_t bits_ = 0;
  unsigned sextets_ = 0;
  unsigned padding_ = 0;
};

}  // namespace

Result<std::size_t> decode_base64_in_place(std::span<char> text) {
  Decoder decoder(text.data());
  for (const char c : text)
    if (!is_blank(c) && !decoder.feed(c))
      return fail(ErrorKind::config, "not valid base64: unexpected character");
  if (!decoder.finish())
    return fail(ErrorKind::config, "not valid base64: wrong length or padding");
  return static_cast<std::size_t>(decoder.end() - text.data());
}

Result<SecretBytes> decode_base64(std::string_view text) {
  SecretBytes out(text);
  TRY_ASSIGN(const std::size_t size, decode_base64_in_place(out.writable()));
  out.truncate(size);
  return out;
}

SecretBytes encode_base64(std::string_view bytes) {
  SecretBytes out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(3, bytes.size()))) {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i)
      bits = (bits << 8) | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U);
    std::array<char, 4> group{};
    for (std::size_t i = 0; i < 4; ++i)
      group[i] = i <= bytes.size() ? kAlphabet[(bits >> (18 - 6 * i)) & 0x3fU] : '=';
    out.append({group.data(), group.size()});
  }
  return out;
}

}  // namespace kencrypt
