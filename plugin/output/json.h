// JSON as kubectl prints it (k8s.io/cli-runtime pkg/printers/json.go).
#pragma once

#include <iosfwd>

#include "output/value.h"

namespace kencrypt::output {

// Writes `value`, indented by four blanks a level, and a newline. Text that is not UTF-8 has its
// bad bytes replaced by U+FFFD; a number that JSON cannot hold (infinity, NaN) is null. Straight to
// the stream: nothing the size of the document is built.
void write_json(std::ostream& out, const Value& value);

}  // namespace kencrypt::output
