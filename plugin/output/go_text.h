// Values as programs in Go print them: kubectl's templates show them so.
#pragma once

#include <cstddef>
#include <string>

#include "output/value.h"

namespace kencrypt::output {

// fmt.Sprint: text as it is, "map[a:1 b:[x y]]" with sorted keys, "<nil>", 1e+06.
std::string go_text(const Value& value);

// What reflect calls the type of a decoded document's part: "map[string]interface {}", "int64".
std::string_view go_type(const Value& value);

// json.Marshal: members sorted by name, no blanks, <, > and & escaped; with `indent` blanks a level
// json.MarshalIndent. Without a newline at its end.
std::string go_json(const Value& value, std::size_t indent = 0);

}  // namespace kencrypt::output
