// YAML as kubectl prints it: block style, two blanks a level, lists not indented below their key.
#pragma once

#include <iosfwd>

#include "output/value.h"

namespace kencrypt::output {

// Writes `value` as one document that ends with a newline; several documents need "---" between
// them. Text that a YAML 1.1 or 1.2 reader could take for another type (true, 12, 1e3, 2026-01-01,
// "") is quoted. Bad bytes and numbers as in write_json(). Order is the document's, where kubectl
// sorts.
void write_yaml(std::ostream& out, const Value& value);

}  // namespace kencrypt::output
