// What this build is.
#pragma once

#include <string>
#include <string_view>

namespace kencrypt::commands {

inline constexpr std::string_view kVersion = KENCRYPT_VERSION;

// "linux/amd64", in Go's names, as kubectl prints it.
std::string platform();

}  // namespace kencrypt::commands
