#include "document/utf8.h"

#include <array>

namespace kencrypt::document {
namespace {

constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};  // of that many bytes

std::size_t length_of(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  return lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
}

}  // namespace

CodePoint first_code_point(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = length_of(lead);
  if (size == 0 || size > text.size()) return {};
  if (size == 1) return {lead, 1, true};
  std::uint32_t value = lead & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0U) != 0x80) return {};
    value = (value << 6U) | (next & 0x3FU);
  }
  if (value < kSmallest[size] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return {};
  return {value, size, true};
}

void append_code_point(SecretBytes& out, std::uint32_t value) {
  const auto put = [&out](std::uint32_t byte) {
    const char c = static_cast<char>(byte);
    out.append({&c, 1});
  };
  const std::size_t size = value < 0x80 ? 1 : value < 0x800 ? 2 : value < 0x10000 ? 3 : 4;
  if (size == 1) return put(value);
  put((0xF00U >> size & 0xFFU) | (value >> (6 * (size - 1))));
  for (std::size_t i = size - 1; i-- > 0;) put(0x80U | ((value >> (6 * i)) & 0x3FU));
}

SecretBytes replace_invalid_utf8(std::string_view text) {
  SecretBytes out;
  out.reserve(text.size());
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    if (point.valid)
      out.append(text.substr(0, point.size));
    else
      append_code_point(out, point.value);
    text.remove_prefix(point.size);
  }
  return out;
}

}  // namespace kencrypt::document
