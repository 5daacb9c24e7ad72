#include "kube/selection.h"

#include <fmt/format.h>

namespace kencrypt::kube {
namespace {

void override_with(std::string& value, const std::string& flag) {
  if (!flag.empty()) value = flag;
}

// The entry called `name`, or an empty one.
template <class Entry>
Entry find_entry(const ByName<Entry>& entries, const std::string& name) {
  const auto found = entries.find(name);
  return found == entries.end() ? Entry{} : found->second;
}

void override_cluster(ClusterConfig& cluster, const ConnectionFlags& flags) {
  override_with(cluster.server, flags.server);
  override_with(cluster.proxy_url, flags.proxy_url);
  if (flags.disable_compression) cluster.disable_compression = true;
  // Either flag says all there is to say about trust; else a kubeconfig's CA would contradict it.
  if (flags.insecure_skip_tls_verify || !flags.certificate_authority.empty()) {
    cluster.insecure_skip_tls_verify = flags.insecure_skip_tls_verify;
    cluster.certificate_authority = flags.certificate_authority;
    cluster.certificate_authority_data.clear();
  }
  // The kubeconfig's tls-server-name belongs to its own server.
  if (!flags.tls_server_name.empty() || !flags.server.empty())
    cluster.tls_server_name = flags.tls_server_name;
}

Result<void> override_impersonation(Impersonation& as, const ConnectionFlags& flags) {
  override_with(as.user, flags.as);
  override_with(as.uid, flags.as_uid);
  if (!flags.as_group.empty()) as.groups = flags.as_group;
  decltype(as.extra) extra;
  for (const std::string& pair : flags.as_user_extra) {
    const auto equals = pair.find('=');
    if (equals == std::string::npos)
      return fail(ErrorKind::usage,
                  fmt::format("invalid --as-user-extra \"{}\": must be key=value", pair));
    extra[pair.substr(0, equals)].push_back(pair.substr(equals + 1));
  }
  for (auto& [key, values] : extra) as.extra[key] = std::move(values);
  return {};
}

Result<void> override_user(UserConfig& user, const ConnectionFlags& flags) {
  // A kubeconfig's tokenFile stays, and where there are both the file is what counts: client-go's
  // rule.
  if (!flags.token.empty()) user.token = flags.token;
  override_with(user.username, flags.username);
  if (!flags.password.empty()) user.password = flags.password;
  if (!flags.client_certificate.empty()) {
    user.client_certificate = flags.client_certificate;
    user.client_certificate_data.clear();
  }
  if (!flags.client_key.empty()) {
    user.client_key = flags.client_key;
    user.client_key_data.clear();
  }
  return override_impersonation(user.impersonate, flags);
}

}  // namespace

Result<Selected> select_entries(const Kubeconfig& config, const ConnectionFlags& flags) {
  Selected selected;
  selected.context_name = flags.context.empty() ? config.current_context : flags.context;
  selected.context_missing =
      !selected.context_name.empty() && !config.contexts.contains(selected.context_name);
  ContextConfig context = find_entry(config.contexts, selected.context_name);
  override_with(context.cluster, flags.cluster);
  override_with(context.user, flags.user);
  override_with(context.name_space, flags.name_space);
  if (!flags.user.empty() && !selected.context_missing && !config.users.contains(flags.user))
    return fail(ErrorKind::config, fmt::format("auth info \"{}\" does not exist", flags.user));
  selected.user = find_entry(config.users, context.user);
  TRY(override_user(selected.user, flags));
  selected.cluster_missing = !flags.cluster.empty() && !config.clusters.contains(flags.cluster);
  selected.cluster = find_entry(config.clusters, context.cluster);
  override_cluster(selected.cluster, flags);
  selected.cluster_name = context.cluster;
  selected.user_name = context.user;
  selected.name_space = context.name_space;
  return selected;
}

}  // namespace kencrypt::kube
