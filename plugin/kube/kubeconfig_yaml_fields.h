// Typed access to the fields of a YAML mapping. Only kubeconfig_yaml*.cc files include this.
#pragma once

#include <yaml-cpp/yaml.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"

namespace kencrypt::kube {

// One mapping and where it stands. The first thing found wrong is kept in `error`, shared by all
// readers of one file; after that reading goes on without effect, so that callers check once.
class FieldReader {
 public:
  // An absent or null `node` reads as an empty mapping. `error` must outlive the reader.
  FieldReader(YAML::Node node, std::string path, std::optional<Error>& error);

  bool has(const char* key) const;
  std::string text(const char* key) const;
  SecretBytes secret(const char* key) const;
  bool flag(const char* key) const;
  // The decoded bytes of a base64 field.
  SecretBytes data(const char* key) const;
  std::vector<std::string> texts(const char* key) const;
  // {key: [values]}
  std::map<std::string, std::vector<std::string>, std::less<>> text_lists(const char* key) const;
  std::map<std::string, SecretBytes, std::less<>> secrets(const char* key) const;

  FieldReader child(const char* key) const;
  // The mappings in a list.
  std::vector<FieldReader> children(const char* key) const;
  YAML::Node node(const char* key) const;

  void refuse(const char* key, std::string_view why) const;

 private:
  void refuse_at(const YAML::Node& node, std::string_view path, std::string_view why) const;
  std::string scalar(const YAML::Node& node, std::string_view path) const;
  std::vector<std::string> scalars(const YAML::Node& node, const std::string& path) const;
  std::string path_of(const char* key) const;

  YAML::Node node_;
  std::string path_;
  std::optional<Error>* error_;
};

}  // namespace kencrypt::kube
