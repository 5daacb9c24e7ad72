#include "snapshot/key_value_message.h"

#include "base/protobuf.h"

namespace kencrypt::snapshot {
namespace {

using Type = ProtobufField::Type;

void take(const ProtobufField& field, etcd::KeyValue& kv) {
  if (field.is(1, Type::bytes)) kv.key = field.bytes;
  if (field.is(2, Type::varint)) kv.create_revision = static_cast<std::int64_t>(field.value);
  if (field.is(3, Type::varint)) kv.mod_revision = static_cast<std::int64_t>(field.value);
  if (field.is(4, Type::varint)) kv.version = static_cast<std::int64_t>(field.value);
  if (field.is(5, Type::bytes)) kv.value = field.bytes;
}

}  // namespace

std::optional<etcd::KeyValue> parse_key_value(std::string_view message) {
  etcd::KeyValue kv;
  ProtobufReader reader(message);
  while (const auto field = reader.next()) take(*field, kv);
  if (reader.malformed() || kv.key.empty()) return std::nullopt;
  return kv;
}

}  // namespace kencrypt::snapshot
