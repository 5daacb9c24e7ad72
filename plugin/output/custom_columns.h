// Tables whose columns the user chooses (k8s.io/kubectl pkg/cmd/get/customcolumn.go).
#pragma once

#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "output/jsonpath_evaluation.h"
#include "output/value.h"

namespace kencrypt::output {

struct CustomColumn {
  std::string header;
  jsonpath::Template path;
};
using CustomColumns = std::vector<CustomColumn>;

// "NAME:.metadata.name,TYPE:.type": headers and paths, whose braces and first dot may be left out.
// Errors: usage, in kubectl's words.
Result<CustomColumns> parse_custom_columns(std::string_view spec);

// The same in two lines of words, first the headers, then the paths, as custom-columns-file has it.
Result<CustomColumns> parse_custom_columns_file(std::string_view text);

// A header, also where there are no rows, and a line for each row: all values of a path with commas
// between them, or <none>. Errors: usage, where a path does not fit a row; then nothing is printed.
Result<void> write_custom_columns(std::ostream& out, const CustomColumns& columns,
                                  std::span<const Value> rows, bool headers,
                                  jsonpath::Missing missing);

}  // namespace kencrypt::output
