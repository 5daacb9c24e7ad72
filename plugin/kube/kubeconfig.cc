#include "kube/kubeconfig.h"

#include <utility>

namespace kencrypt::kube {
namespace {

template <class Entry>
void add_missing(ByName<Entry>& entries, ByName<Entry>& lower) {
  entries.merge(lower);  // std::map::merge leaves names that are there already
}

void resolve(std::string& file, const std::filesystem::path& directory) {
  if (!file.empty()) file = (directory / file).lexically_normal().string();
}

}  // namespace

void merge_lower(Kubeconfig& config, Kubeconfig lower) {
  add_missing(config.clusters, lower.clusters);
  add_missing(config.users, lower.users);
  add_missing(config.contexts, lower.contexts);
  if (config.current_context.empty()) config.current_context = std::move(lower.current_context);
}

void resolve_paths(Kubeconfig& config, const std::filesystem::path& directory) {
  for (auto& [name, cluster] : config.clusters) resolve(cluster.certificate_authority, directory);
  for (auto& [name, user] : config.users) {
    resolve(user.client_certificate, directory);
    resolve(user.client_key, directory);
    resolve(user.token_file, directory);
    if (user.exec && user.exec->command.find('/') != std::string::npos)
      resolve(user.exec->command, directory);
  }
}

}  // namespace kencrypt::kube
