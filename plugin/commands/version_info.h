// What this build is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/library.h"

namespace kencrypt::commands {

extern const std::string_view kVersion;

// "linux/amd64", in Go's names, as kubectl prints it.
std::string platform();

// The third-party libraries that are linked in, sorted by name: what a scanner cannot see of a static binary.
std::vector<Library> libraries();

}  // namespace kencrypt::commands
