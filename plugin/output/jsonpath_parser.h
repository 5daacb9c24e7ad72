// Reading kubectl's JSONPath templates. Its dialect has no standard: what k8s.io/client-go
// util/jsonpath parser.go accepts is what users know, down to its limits (a quoted key is split at
// its dots unless they are escaped; a filter has one comparison).
#pragma once

#include <string_view>

#include "base/result.h"
#include "output/jsonpath_node.h"

namespace kencrypt::output::jsonpath {

// Unions, keys and filters are templates within a template; nobody nests them deeper.
inline constexpr int kMaxNesting = 8;

// Errors: usage, in client-go's words, without the template ("unclosed action").
Result<Template> parse(std::string_view text);

}  // namespace kencrypt::output::jsonpath
