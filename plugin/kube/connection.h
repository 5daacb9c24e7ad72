// From kubeconfig files, flags and environment to what a connection needs, as kubectl decides it.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "base/variables.h"
#include "http/endpoint.h"
#include "kube/connection_flags.h"
#include "kube/in_cluster.h"
#include "kube/kubeconfig.h"

namespace kencrypt::kube {

// What an exec plugin is told about the cluster if its provideClusterInfo says so
// (client.authentication.k8s.io/v1 Cluster).
struct ExecCluster {
  std::string server;
  std::string tls_server_name;
  bool insecure_skip_tls_verify = false;
  std::string certificate_authority_data;  // PEM
  std::string proxy_url;                   // the kubeconfig's, never one from the environment
  bool disable_compression = false;
  std::string config;  // JSON, or ""
};

struct ClientConfig {
  http::Endpoint endpoint;
  UserConfig user;
  std::string name_space;    // never empty
  std::string context_name;  // "" : in a cluster, or all is said by flags
  std::string cluster_name;
  std::string user_name;
  Duration request_timeout{};  // of one request; zero: none
  ExecCluster exec_cluster;
};

// Reads the kubeconfig files and decides. Where they and the flags name no server: the pod's own
// API server if this is a pod, else KUBERNETES_MASTER, else an error (kubectl would try
// localhost:8080). The namespace is that of flag, context, pod, or "default". Certificate
// authorities are read here, at most once; credentials are not (see make_credentials). Errors:
// unconfigured where there is no server; config and usage, in kubectl's words; io for files.
Result<ClientConfig> resolve_connection(const ConnectionFlags& flags, const Variables& variables,
                                        const ServiceAccountFiles& pod = {});

// A --request-timeout in kubectl's two forms. Errors: usage.
Result<Duration> parse_request_timeout(std::string_view text);

}  // namespace kencrypt::kube
