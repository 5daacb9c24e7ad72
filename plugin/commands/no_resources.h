// What is said where a selection holds nothing.
#pragma once

#include <string>
#include <string_view>

namespace kencrypt::commands {

// A line for standard error in kubectl's words (kubectl pkg/cmd/get/get.go), which kubectl prints
// with its tables alone: a document says it itself. "" for `name_space` is all of them.
std::string no_resources_line(std::string_view name_space);

}  // namespace kencrypt::commands
