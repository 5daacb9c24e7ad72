#include "etcd/json_walk.h"

#include <rapidjson/reader.h>

#include <array>
#include <charconv>
#include <string>

namespace kencrypt::etcd {
namespace {

// Iterative, so that deep nesting cannot overflow the stack. In place, so that strings do not pass
// through the reader's own stack, which is not wiped.
constexpr unsigned kFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseInsituFlag;

class Handler final : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Handler> {
 public:
  Handler(SecretBytes& document, const JsonVisitor& visitor)
      : document_(document.writable()), visitor_(visitor) {}

  bool saw_object() const { return saw_object_; }

  bool Null() { return saw_object_; }
  bool Double(double) { return saw_object_; }
  bool Bool(bool value) { return small_leaf(value ? "true" : "false"); }
  bool Int(int value) { return number(value); }
  bool Uint(unsigned value) { return number(value); }
  bool Int64(std::int64_t value) { return number(value); }
  bool Uint64(std::uint64_t value) { return number(value); }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    return leaf(document_.subspan(static_cast<std::size_t>(text - document_.data()), size));
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    if (depth_ == 1) outer_.assign(text, size);
    if (depth_ == 2) inner_.assign(text, size);
    return true;
  }
  bool StartObject() {
    saw_object_ = true;
    inner_.clear();
    return ++depth_ != 2 || visitor_.on_object(outer_);
  }
  bool EndObject(rapidjson::SizeType) {
    inner_.clear();
    --depth_;
    return true;
  }
  bool StartArray() { return saw_object_; }

 private:
  bool leaf(std::span<char> value) {
    if (depth_ == 0) return false;  // no object
    return depth_ > 2 || visitor_.on_leaf(outer_, inner_, value);
  }
  bool small_leaf(std::string_view text) {
    std::array<char, 24> copy{};  // 64 bits in decimal, with a sign
    text.copy(copy.data(), copy.size());
    return leaf(std::span(copy).first(text.size()));
  }
  template <class Number>
  bool number(Number value) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    return small_leaf({digits.data(), end});
  }

  std::span<char> document_;
  const JsonVisitor& visitor_;
  std::string outer_;
  std::string inner_;
  int depth_ = 0;  // of objects
  bool saw_object_ = false;
};

}  // namespace

bool walk_json(SecretBytes& document, const JsonVisitor& visitor) {
  document.append(std::string_view("\0", 1));  // where the reader stops
  rapidjson::InsituStringStream stream(document.writable().data());
  Handler handler(document, visitor);
  rapidjson::Reader reader;
  return !reader.Parse<kFlags>(stream, handler).IsError() && handler.saw_object();
}

}  // namespace kencrypt::etcd
