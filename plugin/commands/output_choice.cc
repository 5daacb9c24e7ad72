#include "commands/output_choice.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/common_flags.h"
#include "output/json.h"
#include "output/yaml.h"

namespace kencrypt::commands {

cli::Flag document_output_flag(std::string_view formats) {
  return cli::output_flag(fmt::format("{}, {}", formats, fmt::join(output::kTemplateFormats, ", ")));
}

cli::FlagTable template_flags() {
  return {cli::no_headers_flag(), cli::allow_missing_template_keys_flag()};
}

Result<OutputChoice> parse_output(const cli::ParsedFlags& flags,
                                  std::span<const output::Format> allowed) {
  const std::string& text = flags.get_string("output");
  OutputChoice choice;
  TRY_ASSIGN(choice.document_template,
             output::read_template(
                 text, {.headers = !flags.get_bool("no-headers"),
                        .missing_keys_allowed = flags.get_bool("allow-missing-template-keys")}));
  if (choice.document_template) return choice;
  TRY_ASSIGN(choice.format, output::parse_format(text, allowed, output::kTemplateFormats));
  return choice;
}

Result<void> write_document(std::ostream& out, const OutputChoice& choice,
                            const output::Value& document, const output::Value* rows) {
  if (choice.document_template) return choice.document_template->write(out, document, rows);
  if (choice.format == output::Format::yaml)
    output::write_yaml(out, document);
  else
    output::write_json(out, document);
  return {};
}

}  // namespace kencrypt::commands
