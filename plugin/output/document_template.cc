#include "output/document_template.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <utility>

#include "base/file.h"
#include "base/go_quote.h"
#include "output/go_text.h"
#include "output/jsonpath_parser.h"

namespace kencrypt::output {
namespace {

constexpr std::size_t kJsonIndent = 4;

std::unexpected<Error> wrong(std::string message) {
  return fail(ErrorKind::usage, std::move(message));
}

Result<std::string> read_template_file(std::string_view path, std::string_view what) {
  const auto content = read_file(std::filesystem::path(path), kMaxTemplateFile);
  if (!content)
    return wrong(fmt::format("error reading {} {}, {}", what, path, content.error().message));
  return std::string(content->view());
}

// Lists and objects as JSON; a value alone as it is.
std::string shown(const Value& value) {
  const auto& data = value.data();
  if (std::holds_alternative<std::nullptr_t>(data)) return "null";
  const bool is_block =
      std::holds_alternative<Value::Array>(data) || std::holds_alternative<Value::Object>(data);
  return is_block ? go_json(value) : go_text(value);
}

void write_texts(std::ostream& out, const std::vector<const Value*>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) out << (i == 0 ? "" : " ") << shown(*values[i]);
}

void write_array(std::ostream& out, const std::vector<const Value*>& values) {
  Value array = Value::array();
  for (const Value* value : values) array.push_back(*value);
  out << go_json(array, kJsonIndent) << '\n';
}

}  // namespace

Result<DocumentTemplate::Form> DocumentTemplate::read_form(std::string_view name,
                                                           std::string_view argument) {
  const bool columns = name.starts_with("custom-columns");
  if (argument.empty())
    return wrong(columns ? "custom-columns format specified but no custom columns given"
                         : "template format specified but no template given");
  std::string text(argument);
  if (name.ends_with("-file")) {
    TRY_ASSIGN(text, read_template_file(argument, columns ? "template" : "--template"));
  }
  if (columns) {
    TRY_ASSIGN(CustomColumns parsed, name.ends_with("-file") ? parse_custom_columns_file(text)
                                                             : parse_custom_columns(text));
    return Form(std::move(parsed));
  }
  auto parts = jsonpath::parse(text);
  if (!parts)
    return wrong(fmt::format("error parsing jsonpath {}, {}", text, parts.error().message));
  return Form(JsonPath{std::move(text), *std::move(parts), name == "jsonpath-as-json"});
}

Result<void> DocumentTemplate::write(std::ostream& out, const Value& document,
                                     const Value* rows) const {
  const jsonpath::Missing missing{flags_.missing_keys_allowed};
  if (const auto* columns = std::get_if<CustomColumns>(&form_)) {
    const auto* array = rows == nullptr ? nullptr : std::get_if<Value::Array>(&rows->data());
    const std::span<const Value> lines =
        array == nullptr ? std::span(&document, 1) : std::span(*array);
    return write_custom_columns(out, *columns, lines, flags_.headers, missing);
  }
  const auto& path = std::get<JsonPath>(form_);
  const auto selection = jsonpath::evaluate(path.parts, document, missing);
  if (!selection)
    return wrong(fmt::format("error executing jsonpath {}: {}", go_quote(path.text),
                             selection.error().message));
  for (const auto& part : selection->parts) (path.as_json ? write_array : write_texts)(out, part);
  return {};
}

Result<std::optional<DocumentTemplate>> read_template(std::string_view output,
                                                      const TemplateFlags& flags) {
  const auto equals = std::min(output.find('='), output.size());
  const std::string_view name = output.substr(0, equals);
  if (std::ranges::find(kTemplateFormats, name) == std::end(kTemplateFormats))
    return std::optional<DocumentTemplate>();
  TRY_ASSIGN(auto form,
             DocumentTemplate::read_form(name, output.substr(std::min(equals + 1, output.size()))));
  return DocumentTemplate(std::move(form), flags);
}

}  // namespace kencrypt::output
