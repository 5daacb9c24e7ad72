#include "etcd/range_message.h"

#include "base/protobuf.h"
#include "etcd/grpc_frame.h"

namespace kencrypt::etcd {
namespace {

using Type = ProtobufField::Type;

void put_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>((value & 0x7fU) | 0x80U);
  out += static_cast<char>(value);
}

void put_bytes(std::string& out, unsigned field, std::string_view bytes) {
  put_varint(out, field << 3 | static_cast<unsigned>(Type::bytes));
  put_varint(out, bytes.size());
  out += bytes;
}

void put_number(std::string& out, unsigned field, std::uint64_t value) {
  if (value == 0) return;  // the default
  put_varint(out, field << 3 | static_cast<unsigned>(Type::varint));
  put_varint(out, value);
}

bool parse_header(std::string_view message, RangePage& page) {
  ProtobufReader reader(message);
  while (const auto field = reader.next()) {
    if (field->is(1, Type::varint)) page.cluster_id = field->value;
    if (field->is(3, Type::varint)) page.revision = static_cast<std::int64_t>(field->value);
  }
  return !reader.malformed();
}

bool parse_key_value(std::string_view message, RangePage& page) {
  KeyValue& kv = page.kvs.emplace_back();
  ProtobufReader reader(message);
  while (const auto field = reader.next()) {
    if (field->is(1, Type::bytes)) kv.key = field->bytes;
    if (field->is(2, Type::varint)) kv.create_revision = static_cast<std::int64_t>(field->value);
    if (field->is(3, Type::varint)) kv.mod_revision = static_cast<std::int64_t>(field->value);
    if (field->is(4, Type::varint)) kv.version = static_cast<std::int64_t>(field->value);
    if (field->is(5, Type::bytes)) kv.value = field->bytes;
  }
  return !reader.malformed() && !kv.key.empty();
}

bool parse_field(const ProtobufField& field, std::size_t limit, RangePage& page) {
  if (field.is(1, Type::bytes)) return parse_header(field.bytes, page);
  if (field.is(2, Type::bytes))
    return (limit == 0 || page.kvs.size() < limit) && parse_key_value(field.bytes, page);
  if (field.is(3, Type::varint)) page.more = field.value != 0;
  if (field.is(4, Type::varint)) page.count = static_cast<std::int64_t>(field.value);
  return true;
}

}  // namespace

std::string range_end_of(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xff') end.pop_back();
  if (end.empty()) return std::string(1, '\0');
  end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

std::string range_request_message(const RangeRequest& request) {
  std::string message;
  put_bytes(message, 1, request.key);
  put_bytes(message, 2, request.range_end);
  put_number(message, 3, request.limit);
  put_number(message, 4, static_cast<std::uint64_t>(request.revision));
  return message;
}

Result<RangePage> parse_range_message(SecretBytes framed, std::size_t limit) {
  RangePage page;
  page.bytes = std::move(framed);
  TRY_ASSIGN(const std::string_view message, unframe_grpc(page.bytes.view()));
  ProtobufReader reader(message);
  bool sound = true;
  while (const auto field = reader.next()) {
    sound = parse_field(*field, limit, page);
    if (!sound) break;
  }
  if (!sound || reader.malformed())
    return fail(ErrorKind::protocol, "etcd's reply is not a page of keys as gRPC carries it");
  return page;
}

}  // namespace kencrypt::etcd
