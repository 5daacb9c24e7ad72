// Protobuf's wire format (protobuf.dev/programming-guides/encoding), read field by field: no
// schema, no copies, no recursion, and nothing believed of what the bytes say about their own
// length.
//
// etcd's records, its replies and the API server's objects are such messages. A caller takes the
// fields that it knows and lets the others go by, as protobuf's own readers do.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace kencrypt {

struct ProtobufField {
  // Groups (3 and 4) are not here: no message of etcd or Kubernetes has any.
  enum class Type : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

  std::uint32_t number = 0;  // 1 to 2^29 - 1
  Type type = Type::varint;
  std::uint64_t value = 0;  // of the three numeric types
  std::string_view bytes;   // of Type::bytes: a string, bytes or a message; part of what is read

  // Whether this is that field in that type; a known number of another type is to be skipped, as
  // protobuf's readers skip it or refuse it.
  bool is(std::uint32_t wanted, Type as) const { return number == wanted && type == as; }
};

// Goes over one message. The bytes must outlive the reader and the fields it returns.
class ProtobufReader {
 public:
  explicit ProtobufReader(std::string_view message) : rest_(message) {}

  // The next field; nullopt at the end of the message, and for good at the first fault.
  std::optional<ProtobufField> next();
  // Whether the bytes are no message, so that the fields before the fault prove nothing: a length
  // beyond the end, a varint of more than 64 bits, a group, field number 0.
  bool malformed() const { return malformed_; }

 private:
  bool read_content(ProtobufField& field);

  std::string_view rest_;
  bool malformed_ = false;
};

// Takes a base-128 varint off the front of `bytes`. nullopt, with `bytes` as it was, if it does not
// end, or has more than 64 bits.
std::optional<std::uint64_t> take_varint(std::string_view& bytes);

}  // namespace kencrypt
