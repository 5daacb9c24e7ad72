#include "commands/version_info.h"

#include <fmt/format.h>

namespace kencrypt::commands {
namespace {

#if defined(__APPLE__)
constexpr std::string_view kSystem = "darwin";
#else
constexpr std::string_view kSystem = "linux";
#endif

#if defined(__x86_64__)
constexpr std::string_view kMachine = "amd64";
#elif defined(__aarch64__)
constexpr std::string_view kMachine = "arm64";
#else
constexpr std::string_view kMachine = "unknown";
#endif

}  // namespace

std::string platform() { return fmt::format("{}/{}", kSystem, kMachine); }

}  // namespace kencrypt::commands
