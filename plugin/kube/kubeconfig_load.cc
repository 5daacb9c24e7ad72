#include "kube/kubeconfig_load.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "base/text.h"
#include "kube/kubeconfig_yaml.h"

namespace kencrypt::kube {
namespace {

namespace fs = std::filesystem;

bool is_missing(const std::string& file) {
  std::error_code error;
  return fs::status(file, error).type() == fs::file_type::not_found;
}

Result<Kubeconfig> read_one(const std::string& file) {
  TRY_ASSIGN(const SecretBytes text, read_file(file, kMaxKubeconfigBytes));
  TRY_ASSIGN(Kubeconfig config, parse_kubeconfig(text.view()));
  std::error_code error;
  resolve_paths(config, fs::absolute(file, error).parent_path());
  return config;
}

}  // namespace

std::vector<std::string> kubeconfig_files(std::string_view explicit_file,
                                          const Variables& variables) {
  if (!explicit_file.empty()) return {std::string(explicit_file)};
  std::vector<std::string> files;
  if (const auto list = variables.find("KUBECONFIG")) {
    for (const std::string_view entry : split(*list, ':'))
      if (!entry.empty() && std::find(files.begin(), files.end(), entry) == files.end())
        files.emplace_back(entry);
    return files;
  }
  if (const auto home = variables.find("HOME")) files.push_back(*home + "/.kube/config");
  return files;
}

Result<LoadedKubeconfig> load_kubeconfig(std::string_view explicit_file,
                                         const Variables& variables) {
  LoadedKubeconfig loaded;
  loaded.looked = kubeconfig_files(explicit_file, variables);
  for (const std::string& file : loaded.looked) {
    if (explicit_file.empty() && is_missing(file)) continue;
    auto config = read_one(file);
    if (!config)
      return wrap(std::move(config).error(), fmt::format("error loading config file \"{}\"", file));
    merge_lower(loaded.config, *std::move(config));
    loaded.read.push_back(file);
  }
  return loaded;
}

}  // namespace kencrypt::kube
