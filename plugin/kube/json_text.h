// Writing small pieces of JSON.
#pragma once

#include <string>
#include <string_view>

namespace kencrypt::kube {

// `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD, as in Go.
std::string json_string(std::string_view text);

// Whether `text` is a number in JSON's grammar (RFC 8259 section 6).
bool is_json_number(std::string_view text);

}  // namespace kencrypt::kube
