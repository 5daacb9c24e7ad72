#include "kube/json_walk.h"

#include <string>
#include <vector>

#include "kube/json_reader.h"

namespace kencrypt::kube {
namespace {

class Walker : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Walker> {
 public:
  explicit Walker(const JsonVisitor& visitor) : visitor_(visitor) {}

  bool Null() { return leaf_ended(); }
  bool Bool(bool value) { return leaf(value ? "true" : "false"); }
  bool String(const char* text, rapidjson::SizeType size, bool) { return leaf({text, size}); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) { return leaf({text, size}); }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    path_.resize(levels_.back());
    path_ += '.';
    path_.append(text, size);
    return true;
  }
  bool StartObject() { return enter(); }
  bool StartArray() {
    if (levels_.empty()) return false;  // a document is an object
    path_ += "[]";
    return enter();
  }
  bool EndObject(rapidjson::SizeType) {
    path_.resize(levels_.back());
    levels_.pop_back();
    visitor_.on_end(path_);
    return true;
  }
  bool EndArray(rapidjson::SizeType) {
    path_.resize(levels_.back() - 2);  // the "[]" is its own
    levels_.pop_back();
    return true;
  }

 private:
  bool enter() {
    levels_.push_back(path_.size());
    return levels_.size() <= kMaxJsonDepth;
  }
  bool leaf(std::string_view value) {
    if (!leaf_ended()) return false;
    visitor_.on_leaf(path_, value);
    return true;
  }
  bool leaf_ended() const { return !levels_.empty(); }

  const JsonVisitor& visitor_;
  std::string path_;
  std::vector<std::size_t> levels_;  // length of the path of each object or array that is open
};

}  // namespace

bool walk_json(std::string_view text, const JsonVisitor& visitor) {
  rapidjson::MemoryStream stream(text.data(), text.size());
  Walker walker(visitor);
  return read_json(stream, walker);
}

}  // namespace kencrypt::kube
