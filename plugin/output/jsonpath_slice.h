// [START:END:STEP] of a JSONPath template.
#pragma once

#include <string_view>

#include "base/result.h"
#include "output/jsonpath_node.h"

namespace kencrypt::output::jsonpath {

// What stands between the brackets. Errors: usage, in client-go's words.
Result<Slice> parse_slice(std::string_view inside);

// The elements that `slice` selects of an array, in their order. Errors: usage, for places that are
// outside of it, as client-go has it; a selection of nothing is fine.
Result<std::vector<const Value*>> select(const Slice& slice, const Value::Array& array);

}  // namespace kencrypt::output::jsonpath
