#include <algorithm>
#include <optional>
#include <string>

#include "base/text.h"
#include "kube/json_reader.h"
#include "kube/unreadable.h"

namespace kencrypt::kube {
namespace {

// A server names at most 100; a list of more is not one of those.
constexpr std::size_t kMaxNamed = 1000;
constexpr int kCauseDepth = 4;  // {details:{causes:[{field}]}}

// Takes reason, message and details.causes[].field of a Status.
class Handler : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Handler> {
 public:
  std::string reason;
  std::string message;
  std::vector<std::string> fields;

  bool StartObject() { return ++depth_ > 0; }
  bool EndObject(rapidjson::SizeType) {
    --depth_;
    return true;
  }
  bool StartArray() { return ++depth_ > 1; }
  bool EndArray(rapidjson::SizeType) {
    --depth_;
    return true;
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    key_.assign(text, size);
    return true;
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    if (depth_ == 1 && key_ == "reason") reason.assign(text, size);
    if (depth_ == 1 && key_ == "message") message.assign(text, size);
    if (depth_ == kCauseDepth && key_ == "field") fields.emplace_back(text, size);
    return fields.size() <= kMaxNamed;
  }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return depth_ > 0; }

 private:
  std::string key_;
  int depth_ = 0;
};

// "/registry/secrets/ns/name", the prefix of etcd in front being anybody's choice.
std::optional<ObjectName> object_of_key(std::string_view key, const Resource& resource) {
  const auto parts = split(key, '/');
  const std::size_t own = resource.namespaced ? 2 : 1;
  if (parts.size() < own + 1 || parts.back().empty()) return std::nullopt;
  ObjectName name;
  name.name = parts.back();
  if (resource.namespaced) name.name_space = parts[parts.size() - 2];
  return name;
}

// The first key in: unable to transform key "KEY": ...
std::optional<std::string> key_in(std::string_view message) {
  constexpr std::string_view kBefore = "unable to transform key \"";
  const auto begin = message.find(kBefore);
  if (begin == std::string_view::npos) return std::nullopt;
  const std::string_view rest = message.substr(begin + kBefore.size());
  const auto end = rest.find('"');
  if (end == std::string_view::npos) return std::nullopt;
  return std::string(rest.substr(0, end));
}

}  // namespace

std::vector<ObjectName> unreadable_objects(int http_code, std::string_view body,
                                           const Resource& resource) {
  rapidjson::MemoryStream stream(body.data(), body.size());
  Handler handler;
  if (http_code != 500 || !read_json(stream, handler)) return {};
  std::vector<std::string> keys;
  if (handler.reason == "StorageReadError") keys = std::move(handler.fields);
  if (keys.empty())
    if (const auto key = key_in(handler.message)) keys.push_back(*key);
  std::vector<ObjectName> objects;
  for (const std::string& key : keys)
    if (auto object = object_of_key(key, resource)) objects.push_back(*std::move(object));
  return objects;
}

bool means_unreadable(std::string_view message) {
  return message.find("no matching prefix found") != std::string_view::npos ||
         message.find("data from the storage is not transformable") != std::string_view::npos;
}

bool means_kms_is_away(std::string_view text) {
  const auto says = [text](std::string_view part) { return text.find(part) != std::string_view::npos; };
  if (says("encryptedDEKSource with keyID hash ") && says(" expired at ")) return true;
  if (says("got unexpected nil transformer")) return true;  // not reached since the server was started
  if (says("rpc error: code = Unavailable ") || says("rpc error: code = DeadlineExceeded ")) return true;
  return says("failed to decrypt DEK") && says("rpc error: code = Unknown ");
}

}  // namespace kencrypt::kube
