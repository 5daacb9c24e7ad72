// What this build is.
#pragma once

#include <string>
#include <string_view>

namespace kencrypt::commands {

inline constexpr std::string_view kVersion = KENCRYPT_VERSION;

// "linux/amd64", in Go's names, as kubectl prints it.
std::string platform();

// "kubectl-encrypt/v0.1.0 (linux/amd64)": how audit logs of the API server name us.
std::string user_agent();

}  // namespace kencrypt::commands
