// The manifests of tests/manifests, which the end-to-end tests have, too.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace kencrypt::manifest {

inline std::filesystem::path shapes_directory() { return KENCRYPT_MANIFESTS; }

inline std::string shape(std::string_view name) {
  std::ifstream in(shapes_directory() / name, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Those whose names begin like this ("unsafe-"); "" for those that can be patched.
inline std::vector<std::string> shapes(std::string_view prefix) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(shapes_directory())) {
    const std::string name = entry.path().filename().string();
    const bool other = name.starts_with("unsafe-") || name.starts_with("other-");
    if (prefix.empty() ? !other : name.starts_with(prefix)) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace kencrypt::manifest
