#include "base/protobuf.h"

namespace kencrypt {
namespace {

constexpr std::size_t kMaxVarint = 10;  // bytes that 64 bits take, 7 in each
constexpr std::uint64_t kMaxFieldNumber = (1U << 29) - 1;

// Takes a little-endian number of `size` bytes.
std::optional<std::uint64_t> take_fixed(std::string_view& bytes, std::size_t size) {
  if (bytes.size() < size) return std::nullopt;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i)
    value |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  bytes.remove_prefix(size);
  return value;
}

std::optional<std::string_view> take_bytes(std::string_view& bytes) {
  const auto size = take_varint(bytes);
  if (!size || *size > bytes.size()) return std::nullopt;
  const std::string_view taken = bytes.substr(0, static_cast<std::size_t>(*size));
  bytes.remove_prefix(taken.size());
  return taken;
}

std::optional<std::uint64_t> take_number(std::string_view& bytes, ProtobufField::Type type) {
  if (type == ProtobufField::Type::varint) return take_varint(bytes);
  if (type == ProtobufField::Type::fixed64) return take_fixed(bytes, 8);
  if (type == ProtobufField::Type::fixed32) return take_fixed(bytes, 4);
  return std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> take_varint(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size() && i < kMaxVarint; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (i == kMaxVarint - 1 && byte > 1) return std::nullopt;  // bits beyond the 64th
    value |= std::uint64_t{byte & 0x7fU} << (7 * i);
    if (byte < 0x80) {
      bytes.remove_prefix(i + 1);
      return value;
    }
  }
  return std::nullopt;
}

bool ProtobufReader::read_content(ProtobufField& field) {
  if (field.type == ProtobufField::Type::bytes) {
    const auto bytes = take_bytes(rest_);
    field.bytes = bytes.value_or(std::string_view());
    return bytes.has_value();
  }
  const auto number = take_number(rest_, field.type);
  field.value = number.value_or(0);
  return number.has_value();
}

std::optional<ProtobufField> ProtobufReader::next() {
  if (malformed_ || rest_.empty()) return std::nullopt;
  const auto tag = take_varint(rest_);
  ProtobufField field;
  if (tag && (*tag >> 3) >= 1 && (*tag >> 3) <= kMaxFieldNumber) {
    field.number = static_cast<std::uint32_t>(*tag >> 3);
    field.type = static_cast<ProtobufField::Type>(*tag & 7U);
    if (read_content(field)) return field;
  }
  malformed_ = true;
  return std::nullopt;
}

}  // namespace kencrypt
