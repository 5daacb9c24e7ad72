#include "encryption/kms_object.h"

#include "base/protobuf.h"
#include "base/sha256.h"

namespace kencrypt::encryption {
namespace {

constexpr std::size_t kLengthBytes = 2;

// A value of the map `annotations`: the size of its key and value. nullopt if it is no message.
std::optional<std::size_t> annotation_size(std::string_view entry) {
  std::size_t size = 0;
  ProtobufReader reader(entry);
  while (const auto field = reader.next())
    if (field->type == ProtobufField::Type::bytes) size += field->bytes.size();
  if (reader.malformed()) return std::nullopt;
  return size;
}

// Takes in one field after the other. As in protobuf, the last of several with one number counts.
class ObjectBuilder {
 public:
  // False if the field breaks a rule.
  bool take(const ProtobufField& field) {
    if (field.type == ProtobufField::Type::bytes) return take_bytes(field);
    if (!field.is(5, ProtobufField::Type::varint)) return true;
    object_.source_type = static_cast<DekSource>(field.value);
    return field.value <= 1;
  }
  std::optional<KmsObject> finish() const {
    const auto within = [](std::string_view text, std::size_t limit) {
      return !text.empty() && text.size() <= limit;
    };
    if (object_.sealed.empty() || !within(object_.key_id, kMaxKmsKeyId) ||
        !within(object_.encrypted_dek_source, kMaxEncryptedDekSource))
      return std::nullopt;
    return object_;
  }

 private:
  bool take_bytes(const ProtobufField& field) {
    if (field.number == 1) object_.sealed = field.bytes;
    if (field.number == 2) object_.key_id = field.bytes;
    if (field.number == 3) object_.encrypted_dek_source = field.bytes;
    return field.number != 4 || take_annotation(field.bytes);
  }
  bool take_annotation(std::string_view entry) {
    const auto size = annotation_size(entry);
    if (!size) return false;
    ++object_.annotations;
    annotation_bytes_ += *size;
    return annotation_bytes_ <= kMaxKmsAnnotations;
  }

  KmsObject object_;
  std::size_t annotation_bytes_ = 0;
};

}  // namespace

std::optional<KmsV1Body> read_kms_v1(std::string_view body) {
  if (body.size() < kLengthBytes) return std::nullopt;
  const auto high = static_cast<unsigned char>(body[0]);
  const auto low = static_cast<unsigned char>(body[1]);
  const std::size_t length = std::size_t{high} << 8U | low;
  body.remove_prefix(kLengthBytes);
  if (length == 0 || length > body.size()) return std::nullopt;
  return KmsV1Body{body.substr(0, length), body.substr(length)};
}

std::string KmsObject::dek_source_hash() const { return sha256_label(encrypted_dek_source); }

std::string KmsObject::key_id_hash() const { return sha256_label(key_id); }

std::optional<KmsObject> read_kms_object(std::string_view body) {
  ObjectBuilder builder;
  ProtobufReader reader(body);
  while (const auto field = reader.next())
    if (!builder.take(*field)) return std::nullopt;
  if (reader.malformed()) return std::nullopt;
  return builder.finish();
}

}  // namespace kencrypt::encryption
