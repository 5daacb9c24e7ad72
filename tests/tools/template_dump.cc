// Applies templates of -o to a document, for the end-to-end tests to compare with what client-go
// makes of them.
//
//   template_dump DOCUMENT.json < TEMPLATES
//
// A template is "jsonpath={.kind}" and the like, each ended by a NUL byte; the answers are "=TEXT"
// or "!ERROR", ended alike.
#include <rapidjson/document.h>

#include <iostream>
#include <iterator>
#include <sstream>
#include <string>

#include "base/file.h"
#include "output/document_template.h"

namespace kencrypt::output {
namespace {

constexpr std::size_t kMaxDocument = std::size_t{64} << 20;

Value to_value(const rapidjson::Value& json) {
  Value value;
  if (json.IsBool()) value = json.GetBool();
  if (json.IsString()) value = std::string(json.GetString(), json.GetStringLength());
  if (json.IsDouble()) value = json.GetDouble();
  if (json.IsInt64()) value = json.GetInt64();
  if (json.IsArray()) {
    value = Value::array();
    for (const auto& element : json.GetArray()) value.push_back(to_value(element));
  }
  if (json.IsObject()) {
    value = Value::object();
    for (const auto& [name, member] : json.GetObject())
      value.set(name.GetString(), to_value(member));
  }
  return value;
}

std::string answer(const std::string& output, const Value& document) {
  const auto form = read_template(output, {});
  if (!form) return "!" + form.error().message;
  if (!*form) return "!no template";
  std::ostringstream text;
  const auto written = (*form)->write(text, document, nullptr);
  return written ? "=" + text.str() : "!" + written.error().message;
}

int run(const char* path) {
  const auto content = read_file(path, kMaxDocument);
  rapidjson::Document json;
  if (!content || json.Parse(content->view().data(), content->size()).HasParseError()) {
    std::cerr << path << ": no document\n";
    return 1;
  }
  const Value document = to_value(json);
  for (std::string line; std::getline(std::cin, line, '\0');)
    std::cout << answer(line, document) << '\0';
  return 0;
}

}  // namespace
}  // namespace kencrypt::output

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  return kencrypt::output::run(argv[1]);
}
