// -o with a template: what a user's expression makes of a document, in kubectl's forms
// (k8s.io/cli-runtime pkg/genericclioptions jsonpath_flags.go, k8s.io/kubectl pkg/cmd/get
// customcolumn_flags.go).
#pragma once

#include <cstddef>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "output/custom_columns.h"
#include "output/jsonpath_evaluation.h"
#include "output/value.h"

namespace kencrypt::output {

// The names before the '=', for help and errors.
inline constexpr std::string_view kTemplateFormats[] = {
    "custom-columns", "custom-columns-file", "jsonpath", "jsonpath-as-json", "jsonpath-file"};

// A template is typed, or kept in a file of some lines.
inline constexpr std::size_t kMaxTemplateFile = std::size_t{1} << 20;

struct TemplateFlags {
  bool headers = true;               // not --no-headers; of custom-columns
  bool missing_keys_allowed = true;  // --allow-missing-template-keys
};

class DocumentTemplate {
 public:
  // Prints what the template makes of `document`; custom columns have a line for each element of
  // `rows`, an array, or for the document itself where `rows` is nullptr. Errors: usage, where the
  // template does not fit the document; then nothing is printed.
  Result<void> write(std::ostream& out, const Value& document, const Value* rows) const;

 private:
  friend Result<std::optional<DocumentTemplate>> read_template(std::string_view,
                                                               const TemplateFlags&);
  struct JsonPath {
    std::string text;
    jsonpath::Template parts;
    bool as_json = false;
  };
  using Form = std::variant<JsonPath, CustomColumns>;
  DocumentTemplate(Form form, const TemplateFlags& flags) : form_(std::move(form)), flags_(flags) {}
  static Result<Form> read_form(std::string_view name, std::string_view argument);

  Form form_;
  TemplateFlags flags_;
};

// The template in -o's value; nullopt if that names none of kTemplateFormats. Reads the file of the
// formats that name one. Errors: usage, in kubectl's words.
Result<std::optional<DocumentTemplate>> read_template(std::string_view output,
                                                      const TemplateFlags& flags);

}  // namespace kencrypt::output
