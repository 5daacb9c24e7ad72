#include "kube/json_text.h"

#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "kube/json_reader.h"

namespace kencrypt::kube {
namespace {

// Accepts a document that is one number.
struct NumberOnly : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, NumberOnly> {
  bool Default() { return false; }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return true; }
};

// How many bytes the UTF-8 sequence at the front of `text` has; 0 if there is no valid one.
std::size_t sequence_length(std::string_view text) {
  rapidjson::MemoryStream stream(text.data(), text.size());
  unsigned code_point = 0;
  return rapidjson::UTF8<>::Decode(stream, &code_point) ? stream.Tell() : 0;
}

std::string valid_utf8(std::string_view text) {
  std::string valid;
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    valid += length == 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return valid;
}

}  // namespace

std::string json_string(std::string_view text) {
  const std::string valid = valid_utf8(text);
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  writer.String(valid.data(), static_cast<rapidjson::SizeType>(valid.size()));
  return {buffer.GetString(), buffer.GetSize()};
}

bool is_json_number(std::string_view text) {
  if (text.empty() || text.find_first_of(" \t\r\n") != std::string_view::npos) return false;
  rapidjson::MemoryStream stream(text.data(), text.size());
  NumberOnly handler;
  return read_json(stream, handler);
}

}  // namespace kencrypt::kube
