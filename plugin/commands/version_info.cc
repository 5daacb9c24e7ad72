#include "commands/version_info.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/cxxopts_library.h"
#include "document/libyaml_library.h"
#include "encryption/sodium_library.h"
#include "http/curl_library.h"
#include "kube/json_library.h"

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

Library fmt_library() {
  return {"fmt", fmt::format("{}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100)};
}

// It does not say its version itself; CMake found it.
Library yaml_library() { return {"yaml-cpp", KENCRYPT_YAML_CPP_VERSION}; }

}  // namespace

constinit const std::string_view kVersion = KENCRYPT_VERSION;

std::string platform() { return fmt::format("{}/{}", kSystem, kMachine); }

std::vector<Library> libraries() {
  std::vector<Library> found = http::curl_libraries();
  for (const Library& library : {openssl_library(), encryption::sodium_library(), cli::cxxopts_library(),
                                 kube::json_library(), document::libyaml_library(), fmt_library(),
                                 yaml_library()})
    found.push_back(library);
  std::ranges::sort(found, {}, &Library::name);
  return found;
}

}  // namespace kencrypt::commands
