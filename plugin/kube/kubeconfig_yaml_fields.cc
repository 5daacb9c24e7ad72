#include "kube/kubeconfig_yaml_fields.h"

#include <fmt/format.h>

#include <utility>

#include "base/base64.h"

namespace kencrypt::kube {
namespace {

bool is_absent(const YAML::Node& node) { return node.IsNull(); }

}  // namespace

FieldReader::FieldReader(YAML::Node node, std::string path, std::optional<Error>& error)
    : node_(std::move(node)), path_(std::move(path)), error_(&error) {
  if (is_absent(node_) || node_.IsMap()) return;
  refuse_at(node_, path_, "must be a mapping");
  node_ = YAML::Node();
}

void FieldReader::refuse_at(const YAML::Node& node, std::string_view path,
                            std::string_view why) const {
  if (*error_) return;
  *error_ = Error{ErrorKind::config, fmt::format("line {}: {}: {}", node.Mark().line + 1,
                                                 path.empty() ? "the document" : path, why)};
}

void FieldReader::refuse(const char* key, std::string_view why) const {
  refuse_at(has(key) ? node(key) : node_, path_of(key), why);  // an absent node has no place
}

std::string FieldReader::path_of(const char* key) const {
  return path_.empty() ? key : fmt::format("{}.{}", path_, key);
}

YAML::Node FieldReader::node(const char* key) const {
  if (!node_.IsMap()) return YAML::Node();
  // Through a constant reference: the other operator[] would add the key. What is not there is a
  // node that throws when asked anything; null is as good.
  const YAML::Node found = std::as_const(node_)[key];
  return found.IsDefined() ? found : YAML::Node();
}

bool FieldReader::has(const char* key) const { return !is_absent(node(key)); }

std::string FieldReader::scalar(const YAML::Node& node, std::string_view path) const {
  if (is_absent(node)) return {};
  if (node.IsScalar()) return node.Scalar();
  refuse_at(node, path, "must be a string");
  return {};
}

std::string FieldReader::text(const char* key) const { return scalar(node(key), path_of(key)); }

SecretBytes FieldReader::secret(const char* key) const {
  std::string plain = text(key);
  SecretBytes secret(plain);
  wipe(plain.data(), plain.size());
  return secret;
}

bool FieldReader::flag(const char* key) const {
  bool value = false;
  if (has(key) && !YAML::convert<bool>::decode(node(key), value))
    refuse(key, "must be true or false");
  return value;
}

SecretBytes FieldReader::data(const char* key) const {
  const SecretBytes encoded = secret(key);
  auto decoded = decode_base64(encoded.view());
  if (decoded) return *std::move(decoded);
  refuse(key, decoded.error().message);
  return {};
}

std::vector<std::string> FieldReader::scalars(const YAML::Node& node,
                                              const std::string& path) const {
  std::vector<std::string> values;
  if (is_absent(node)) return values;
  if (!node.IsSequence()) {
    refuse_at(node, path, "must be a list");
    return values;
  }
  for (const auto& item : node) values.push_back(scalar(item, path));
  return values;
}

std::vector<std::string> FieldReader::texts(const char* key) const {
  return scalars(node(key), path_of(key));
}

std::map<std::string, std::vector<std::string>, std::less<>> FieldReader::text_lists(
    const char* key) const {
  const FieldReader mapping = child(key);
  std::map<std::string, std::vector<std::string>, std::less<>> lists;
  for (const auto& item : mapping.node_)
    lists[scalar(item.first, mapping.path_)] = scalars(item.second, mapping.path_);
  return lists;
}

std::map<std::string, SecretBytes, std::less<>> FieldReader::secrets(const char* key) const {
  const FieldReader mapping = child(key);
  std::map<std::string, SecretBytes, std::less<>> values;
  for (const auto& item : mapping.node_)
    values[scalar(item.first, mapping.path_)] = SecretBytes(scalar(item.second, mapping.path_));
  return values;
}

FieldReader FieldReader::child(const char* key) const { return {node(key), path_of(key), *error_}; }

std::vector<FieldReader> FieldReader::children(const char* key) const {
  std::vector<FieldReader> result;
  const YAML::Node list = node(key);
  if (is_absent(list)) return result;
  if (!list.IsSequence()) {
    refuse(key, "must be a list");
    return result;
  }
  for (const auto& item : list)
    result.push_back({item, fmt::format("{}[{}]", path_of(key), result.size()), *error_});
  return result;
}

}  // namespace kencrypt::kube
