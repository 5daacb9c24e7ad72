// Which proxy, if any, leads to the API server.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/variables.h"
#include "http/endpoint.h"

namespace kencrypt::http {

// Checks a kubeconfig's proxy-url: http, https or socks5, with a host (client-go
// tools/clientcmd/helpers.go). Errors: config; the message holds the scheme at the most, since the
// URL may hold a password.
Result<void> check_proxy_url(std::string_view url);

// The proxy to be used for `endpoint`, in the form of Endpoint::proxy; "" for none.
//
// `configured` is the kubeconfig's proxy-url. Where it is empty, HTTPS_PROXY or HTTP_PROXY (by the
// endpoint's scheme) and NO_PROXY decide, by the rules of golang.org/x/net/http/httpproxy: the
// upper-case name wins, localhost and loopback addresses are never proxied, a value without a
// scheme is an http proxy, and HTTP_PROXY is refused in a CGI environment (REQUEST_METHOD). A
// configured proxy is used for every host. Errors: config.
Result<std::string> choose_proxy(const Endpoint& endpoint, std::string_view configured,
                                 const Variables& variables);

// Whether a NO_PROXY list excepts `host` (name or address without brackets) at `port`. Entries:
// "*", addresses, CIDR ranges, names (with all names below them; with a leading "." or "*." only
// those below), each but the ranges with an optional port.
bool no_proxy_matches(std::string_view list, std::string_view host, int port);

}  // namespace kencrypt::http
