// How to reach etcd, by the flags and environment variables of etcdctl (etcd etcdctl/ctlv3/ctl.go
// and command/global.go), with "etcd-" in front of the flags' names. Pure: no file is read.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/variables.h"

namespace kencrypt::etcd {

// As given on the command line; nullopt: not given, so that the variable counts.
struct EndpointFlags {
  std::optional<std::string> endpoints;  // --etcd-endpoints, ETCDCTL_ENDPOINTS
  std::optional<std::string> cacert;     // --etcd-cacert, ETCDCTL_CACERT
  std::optional<std::string> cert;       // --etcd-cert, ETCDCTL_CERT
  std::optional<std::string> key;        // --etcd-key, ETCDCTL_KEY
  std::optional<bool>
      insecure_skip_tls_verify;            // --etcd-insecure-skip-tls-verify, ETCDCTL_INSECURE_...
  std::optional<bool> insecure_transport;  // --etcd-insecure-transport, ETCDCTL_INSECURE_TRANSPORT
  std::string prefix = "/registry";        // --etcd-prefix, as kube-apiserver's
};

struct EndpointAddress {
  bool tls = false;
  std::string host;  // an IPv6 address without brackets
  int port = 0;
};

struct EndpointOptions {
  std::vector<EndpointAddress> endpoints;  // at least one; in the order of trying
  std::string cacert;                      // paths; "": none
  std::string cert;
  std::string key;
  bool insecure_skip_tls_verify = false;
  std::string key_prefix;  // of all keys of the cluster, with a slash at both ends: "/registry/"
};

inline constexpr std::string_view kDefaultEndpoint = "127.0.0.1:2379";
inline constexpr int kDefaultPort = 2379;

// Errors, all of kind usage: an endpoint that is none, or a unix socket; a certificate without its
// key; a variable that is no boolean; TLS without anything to trust, since a member of etcd is
// signed by a CA of its own and no root of the system (etcdctl would try those).
Result<EndpointOptions> resolve_endpoint_options(const EndpointFlags& flags,
                                                 const Variables& variables);

// "https://host:port", "http://host" or "host:port". Without a scheme it is TLS if `tls_by_default`
// (client/v3/internal/endpoint/endpoint.go: http drops the certificates, https needs TLS, and else
// the other flags decide). Errors: usage.
Result<EndpointAddress> parse_endpoint(std::string_view text, bool tls_by_default);

// As kube-apiserver makes it of --etcd-prefix (k8s.io/apiserver pkg/storage/etcd3/store.go):
// "/registry/" for "registry", "/registry" and "/registry/"; "/" for "".
std::string key_prefix_of(std::string_view prefix);

}  // namespace kencrypt::etcd
