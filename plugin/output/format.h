// The meaning of -o.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kencrypt::output {

enum class Format { table, wide, json, yaml, name, html, sarif, prometheus };

// "json, yaml, wide": the formats a command allows, as its -o help shows them.
std::string format_names(std::span<const Format> allowed);

// The format that `text` names. "" and its alias "table" are always allowed. Errors: usage, in the
// words of k8s.io/cli-runtime pkg/genericclioptions (NoCompatiblePrinterError), with the names
// sorted, those of `others`, which the caller has looked for, among them.
Result<Format> parse_format(std::string_view text, std::span<const Format> allowed,
                            std::span<const std::string_view> others);

}  // namespace kencrypt::output
