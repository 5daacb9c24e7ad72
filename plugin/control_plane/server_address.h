// Where the API servers listen: the EndpointSlices of the Service "kubernetes" in namespace
// default, which the servers keep themselves (k8s.io/kubernetes pkg/controlplane/reconcilers).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/endpoint.h"
#include "http/message.h"

namespace kencrypt::control_plane {

struct ServerAddress {
  std::string host;
  int port = 0;
  friend bool operator==(const ServerAddress&, const ServerAddress&) = default;
};

http::Request addresses_request();

// Every address with the slice's https port, without repetitions. Errors: protocol; too_large,
// beyond kMaxServers.
Result<std::vector<ServerAddress>> parse_addresses(std::string_view json);

// Whether a server may be asked at its own address: only over TLS with somebody checking, since the
// credentials go there, too.
bool may_ask_directly(const http::Endpoint& endpoint);

// `endpoint` moved to `address`, trusting the same certificates for the same name: the certificate
// of every API server holds the name that the kubeconfig uses.
http::Endpoint at_address(http::Endpoint endpoint, const ServerAddress& address);

}  // namespace kencrypt::control_plane
