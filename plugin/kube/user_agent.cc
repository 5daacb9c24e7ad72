#include "kube/user_agent.h"

#include <fmt/format.h>

namespace kencrypt::kube {
namespace {

#if defined(__APPLE__)
constexpr std::string_view kSystem = "darwin";
#else
constexpr std::string_view kSystem = "linux";
#endif

#if defined(__x86_64__)
constexpr std::string_view kProcessor = "amd64";
#elif defined(__aarch64__)
constexpr std::string_view kProcessor = "arm64";
#else
constexpr std::string_view kProcessor = "unknown";
#endif

}  // namespace

std::string user_agent(std::string_view version) {
  return fmt::format("kubectl-encrypt/{} ({}/{})", version, kSystem, kProcessor);
}

}  // namespace kencrypt::kube
