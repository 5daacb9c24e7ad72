// Quoted text in JSONPath templates.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kencrypt::output::jsonpath {

// What `quoted`, a text with its quotes ("a\n" or 'a\n'), stands for: Go's escapes, as
// strconv.Unquote reads them, in single quotes as well. nullopt if it is malformed.
std::optional<std::string> unquote(std::string_view quoted);

}  // namespace kencrypt::output::jsonpath
