#include "kube/connection.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/file.h"
#include "base/text.h"
#include "http/proxy.h"
#include "http/system_roots.h"
#include "kube/config_check.h"
#include "kube/kubeconfig_load.h"
#include "kube/server_url.h"

namespace kencrypt::kube {
namespace {

// A CA bundle is a few KiB; whole system bundles, which some name here, are below 1 MiB.
constexpr std::size_t kMaxCertificateFile = std::size_t{8} << 20;

std::string why_no_server(const LoadedKubeconfig& loaded, const Selected& selected) {
  if (loaded.looked.empty()) return "KUBECONFIG and HOME are not set";
  if (loaded.read.empty()) return fmt::format("not found: {}", fmt::join(loaded.looked, ", "));
  const std::string read = fmt::format("{}", fmt::join(loaded.read, ", "));
  if (selected.context_name.empty()) return "no current-context in " + read;
  return fmt::format("context \"{}\" has no cluster with a server in {}", selected.context_name,
                     read);
}

std::unexpected<Error> no_server(const LoadedKubeconfig& loaded, const Selected& selected) {
  return fail(
      ErrorKind::unconfigured,
      fmt::format("Missing or incomplete configuration info: no API server is configured ({}). "
                  "Point --kubeconfig or KUBECONFIG to a kubeconfig file, or choose a context "
                  "with --context.",
                  why_no_server(loaded, selected)));
}

// The chosen entries, with a server in any case.
Result<Selected> choose_entries(const ConnectionFlags& flags, const Variables& variables,
                                const ServiceAccountFiles& pod) {
  TRY_ASSIGN(const LoadedKubeconfig loaded, load_kubeconfig(flags.kubeconfig, variables));
  TRY_ASSIGN(Selected selected, select_entries(loaded.config, flags));
  TRY(check_selected(selected));
  if (!selected.cluster.server.empty()) return selected;
  if (is_in_cluster(variables, pod)) return in_cluster_entries(variables, pod, flags);
  const auto master = variables.find("KUBERNETES_MASTER");
  if (!master) return no_server(loaded, selected);
  selected.cluster.server = *master;
  return selected;
}

std::string choose_namespace(const Selected& selected, const Variables& variables,
                             const ServiceAccountFiles& pod) {
  if (!selected.name_space.empty()) return selected.name_space;
  return is_in_cluster(variables, pod) ? in_cluster_namespace(variables, pod) : "default";
}

// The kubeconfig's CA as PEM, "" where it names none.
Result<std::string> read_authority(const ClusterConfig& cluster) {
  std::string pem = cluster.certificate_authority_data;
  if (pem.empty() && cluster.certificate_authority.empty()) return pem;
  if (pem.empty()) {
    TRY_ASSIGN(const SecretBytes content,
               read_file(cluster.certificate_authority, kMaxCertificateFile));
    pem = content.view();
  }
  std::string certificates = http::certificates_of(pem);
  if (certificates.empty())
    return fail(
        ErrorKind::config,
        fmt::format("unable to load root certificates: {} holds no PEM certificate",
                    cluster.certificate_authority_data.empty() ? cluster.certificate_authority
                                                               : "certificate-authority-data"));
  return certificates;
}

Result<void> set_trust(const ClusterConfig& cluster, const std::string& authority,
                       const Variables& variables, http::Endpoint& endpoint) {
  if (endpoint.scheme != "https") return {};
  if (cluster.insecure_skip_tls_verify) {
    endpoint.trust = http::Trust::nobody_checks;
    return {};
  }
  endpoint.roots = authority;
  if (!authority.empty()) return {};
  TRY_ASSIGN(endpoint.roots, http::read_system_roots(http::root_places(variables)));
  return {};
}

Result<http::Endpoint> make_endpoint(const ClusterConfig& cluster, const std::string& authority,
                                     const Variables& variables) {
  TRY_ASSIGN(ServerUrl url, parse_server_url(cluster.server));
  http::Endpoint endpoint;
  endpoint.scheme = std::move(url.scheme);
  endpoint.host = std::move(url.host);
  endpoint.port = url.port;
  endpoint.base_path = std::move(url.path);
  if (endpoint.scheme == "https") endpoint.tls_server_name = cluster.tls_server_name;
  endpoint.compression = !cluster.disable_compression;
  TRY(set_trust(cluster, authority, variables, endpoint));
  TRY_ASSIGN(endpoint.proxy, http::choose_proxy(endpoint, cluster.proxy_url, variables));
  return endpoint;
}

ExecCluster describe_for_plugin(const ClusterConfig& cluster, const std::string& authority) {
  return {cluster.server,
          cluster.tls_server_name,
          cluster.insecure_skip_tls_verify,
          authority,
          cluster.proxy_url,
          cluster.disable_compression,
          cluster.exec_extension};
}

}  // namespace

Result<Duration> parse_request_timeout(std::string_view text) {
  if (text.empty()) return Duration{};  // to kubectl as if it were not given
  if (const auto timeout = parse_duration(text)) return *timeout;
  return fail(ErrorKind::usage,
              "Invalid timeout value. Timeout must be a single integer in seconds, or an integer "
              "followed by a corresponding time unit (e.g. 1s | 2m | 3h)");
}

Result<ClientConfig> resolve_connection(const ConnectionFlags& flags, const Variables& variables,
                                        const ServiceAccountFiles& pod) {
  ClientConfig config;
  TRY_ASSIGN(config.request_timeout, parse_request_timeout(flags.request_timeout));
  TRY_ASSIGN(Selected selected, choose_entries(flags, variables, pod));
  TRY_ASSIGN(const std::string authority, read_authority(selected.cluster));
  TRY_ASSIGN(config.endpoint, make_endpoint(selected.cluster, authority, variables));
  config.exec_cluster = describe_for_plugin(selected.cluster, authority);
  config.name_space = choose_namespace(selected, variables, pod);
  config.user = std::move(selected.user);
  config.context_name = std::move(selected.context_name);
  config.cluster_name = std::move(selected.cluster_name);
  config.user_name = std::move(selected.user_name);
  return config;
}

}  // namespace kencrypt::kube
