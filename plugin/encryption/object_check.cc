#include "encryption/object_check.h"

#include <algorithm>
#include <optional>

#include "base/protobuf.h"
#include "encryption/stored_value.h"
#include "kube/json_walk.h"

namespace kencrypt::encryption {
namespace {

constexpr std::size_t kMagic = 4;    // "k8s\0"
constexpr std::size_t kCborTag = 3;  // d9 d9 f7
constexpr unsigned kCborMap = 5;     // major type, the upper three bits (RFC 8949 section 3.1)
using Type = ProtobufField::Type;

bool is_type_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '/';
}

bool is_type_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxTypeName &&
         std::all_of(text.begin(), text.end(), is_type_character);
}

// The last segment of a path, which is taken off.
std::string_view take_last(std::string_view& path) {
  const std::size_t slash = path.rfind('/');
  const std::string_view last = path.substr(slash == std::string_view::npos ? 0 : slash + 1);
  path = path.substr(0, slash == std::string_view::npos ? 0 : slash);
  return last;
}

// What has been seen of an object so far.
class Findings {
 public:
  explicit Findings(std::string_view etcd_key) {
    name_of_key_ = take_last(etcd_key);
    namespace_of_key_ = take_last(etcd_key);
  }

  void api_version(std::string_view text) { take_type(text, check_.api_version); }
  void kind(std::string_view text) { take_type(text, check_.kind); }
  void name(std::string_view text) { take_name(text, name_of_key_); }
  void name_space(std::string_view text) { take_name(text, namespace_of_key_); }

  ObjectCheck conclude() && {
    if (check_.api_version.empty() || check_.kind.empty()) return {};
    check_.verdict = same_ ? ObjectVerdict::object : ObjectVerdict::other_object;
    return std::move(check_);
  }

 private:
  static void take_type(std::string_view text, std::string& into) {
    into = is_type_name(text) ? text : std::string_view();
  }
  void take_name(std::string_view text, std::string_view of_key) {
    if (!text.empty() && text != of_key) same_ = false;
  }

  std::string_view name_of_key_;
  std::string_view namespace_of_key_;
  bool same_ = true;
  ObjectCheck check_;
};

// Each of these is false if its bytes are no such message.

bool read_type_meta(std::string_view message, Findings& findings) {
  ProtobufReader reader(message);
  while (const auto field = reader.next()) {
    if (field->is(1, Type::bytes)) findings.api_version(field->bytes);
    if (field->is(2, Type::bytes)) findings.kind(field->bytes);
  }
  return !reader.malformed();
}

bool read_object_meta(std::string_view message, Findings& findings) {
  ProtobufReader reader(message);
  while (const auto field = reader.next()) {
    if (field->is(1, Type::bytes)) findings.name(field->bytes);
    if (field->is(3, Type::bytes)) findings.name_space(field->bytes);
  }
  return !reader.malformed();
}

bool read_raw(std::string_view message, Findings& findings) {
  bool has_metadata = false;
  ProtobufReader reader(message);
  while (const auto field = reader.next()) {
    if (!field->is(1, Type::bytes)) continue;
    has_metadata = true;
    if (!read_object_meta(field->bytes, findings)) return false;
  }
  return has_metadata && !reader.malformed();
}

bool read_unknown(std::string_view message, Findings& findings) {
  bool has_raw = false;
  ProtobufReader reader(message);
  while (const auto field = reader.next()) {
    if (field->is(1, Type::bytes) && !read_type_meta(field->bytes, findings)) return false;
    if (!field->is(2, Type::bytes)) continue;
    has_raw = true;
    if (!read_raw(field->bytes, findings)) return false;
  }
  return has_raw && !reader.malformed();
}

bool read_json_object(std::string_view text, Findings& findings) {
  kube::JsonVisitor visitor;
  visitor.on_leaf = [&findings](std::string_view path, std::string_view value) {
    if (path == ".apiVersion") findings.api_version(value);
    if (path == ".kind") findings.kind(value);
    if (path == ".metadata.name") findings.name(value);
    if (path == ".metadata.namespace") findings.name_space(value);
  };
  return kube::walk_json(text, visitor);
}

ObjectCheck check_cbor(std::string_view plaintext) {
  const std::string_view item = plaintext.substr(kCborTag);
  const bool is_map = !item.empty() && static_cast<unsigned char>(item[0]) >> 5U == kCborMap;
  return {is_map ? ObjectVerdict::unchecked : ObjectVerdict::not_an_object, "", ""};
}

}  // namespace

ObjectCheck check_object(std::string_view plaintext, std::string_view etcd_key) {
  const Medium medium = medium_of(plaintext);
  if (medium == Medium::cbor) return check_cbor(plaintext);
  Findings findings(etcd_key);
  const bool sound =
      (medium == Medium::protobuf && read_unknown(plaintext.substr(kMagic), findings)) ||
      (medium == Medium::json && read_json_object(plaintext, findings));
  return sound ? std::move(findings).conclude() : ObjectCheck{};
}

}  // namespace kencrypt::encryption
