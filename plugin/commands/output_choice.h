// -o and the flags that go with it, for commands that print a document.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/result.h"
#include "cli/flag.h"
#include "cli/parsed_flags.h"
#include "output/document_template.h"
#include "output/format.h"

namespace kencrypt::commands {

// -o of `formats`, "json, yaml", and of every template.
cli::Flag document_output_flag(std::string_view formats);

// --no-headers and --allow-missing-template-keys.
cli::FlagTable template_flags();

struct OutputChoice {
  output::Format format = output::Format::table;
  // A template of the user's; `format` says nothing then.
  std::optional<output::DocumentTemplate> document_template = {};

  // Whether the result is for people, and may be in sentences.
  bool is_text() const { return format == output::Format::table && !document_template; }
};

// What -o says: one of `allowed`, or a template. Reads the file of a template. Errors: usage, in
// kubectl's words.
Result<OutputChoice> parse_output(const cli::ParsedFlags& flags,
                                  std::span<const output::Format> allowed);

// Prints `document` as JSON, as YAML or by the template; `rows` as in DocumentTemplate::write.
// Errors: usage.
Result<void> write_document(std::ostream& out, const OutputChoice& choice,
                            const output::Value& document, const output::Value* rows = nullptr);

}  // namespace kencrypt::commands
