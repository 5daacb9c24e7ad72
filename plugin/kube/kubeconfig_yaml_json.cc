#include "kube/kubeconfig_yaml_json.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"
#include "kube/json_text.h"

namespace kencrypt::kube {
namespace {

// Linux takes 128 KiB in one variable, of which the CA certificates want their share. The limits
// also end what aliases could make of a small text.
constexpr std::size_t kMaxJsonBytes = std::size_t{64} << 10;
constexpr int kMaxDepth = 100;

// The tag yaml-cpp gives to scalars without quotes and without a tag of their own.
constexpr std::string_view kPlainTag = "?";

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

std::string scalar_to_json(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() != kPlainTag) return json_string(text);
  const std::string lower = to_lower(text);
  if (is_one_of(lower, {"", "~", "null"})) return "null";
  if (is_one_of(lower, {"true", "yes", "on"})) return "true";
  if (is_one_of(lower, {"false", "no", "off"})) return "false";
  return is_json_number(text) ? text : json_string(text);
}

class Converter {
 public:
  bool convert(const YAML::Node& node, int depth) {
    if (depth > kMaxDepth || json.size() > kMaxJsonBytes) return false;
    if (node.IsMap()) return convert_map(node, depth);
    if (node.IsSequence()) return convert_sequence(node, depth);
    json += node.IsScalar() ? scalar_to_json(node) : "null";
    return json.size() <= kMaxJsonBytes;
  }
  std::string json;

 private:
  bool convert_map(const YAML::Node& node, int depth) {
    json += '{';
    const char* separator = "";
    for (const auto& item : node) {
      if (!item.first.IsScalar()) return false;
      json += separator + json_string(item.first.Scalar()) + ":";
      if (!convert(item.second, depth + 1)) return false;
      separator = ",";
    }
    json += '}';
    return true;
  }
  bool convert_sequence(const YAML::Node& node, int depth) {
    json += '[';
    const char* separator = "";
    for (const auto& item : node) {
      json += separator;
      if (!convert(item, depth + 1)) return false;
      separator = ",";
    }
    json += ']';
    return true;
  }
};

}  // namespace

std::optional<std::string> yaml_to_json(const YAML::Node& node) {
  Converter converter;
  if (!converter.convert(node, 0)) return std::nullopt;
  return std::move(converter.json);
}

}  // namespace kencrypt::kube
