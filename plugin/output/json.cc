#include "output/json.h"

#include <rapidjson/ostreamwrapper.h>
#include <rapidjson/prettywriter.h>

#include <cmath>
#include <ostream>

#include "output/printable.h"

namespace kencrypt::output {
namespace {

using Writer = rapidjson::PrettyWriter<rapidjson::OStreamWrapper>;

constexpr unsigned kIndent = 4;  // blanks a level

rapidjson::SizeType size_of(const std::string& text) {
  return static_cast<rapidjson::SizeType>(text.size());
}

class Printer {
 public:
  explicit Printer(Writer& writer) : writer_(&writer) {}

  void operator()(std::nullptr_t) const { writer_->Null(); }
  void operator()(bool boolean) const { writer_->Bool(boolean); }
  void operator()(std::int64_t integer) const { writer_->Int64(integer); }
  void operator()(double number) const {
    if (std::isfinite(number))
      writer_->Double(number);
    else
      writer_->Null();
  }
  void operator()(const std::string& text) const {
    const std::string valid = valid_utf8(text);
    writer_->String(valid.data(), size_of(valid));
  }
  void operator()(const Value::Array& elements) const {
    writer_->StartArray();
    for (const Value& element : elements) visit(*this, element);
    writer_->EndArray();
  }
  void operator()(const Value::Object& members) const {
    writer_->StartObject();
    for (const Member& member : members) {
      const std::string name = valid_utf8(member.name);
      writer_->Key(name.data(), size_of(name));
      visit(*this, member.value);
    }
    writer_->EndObject();
  }

 private:
  Writer* writer_;
};

}  // namespace

void write_json(std::ostream& out, const Value& value) {
  rapidjson::OStreamWrapper stream(out);
  Writer writer(stream);
  writer.SetIndent(' ', kIndent);
  visit(Printer(writer), value);
  out << '\n';
}

}  // namespace kencrypt::output
