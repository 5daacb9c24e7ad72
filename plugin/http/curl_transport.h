// The real Transport: libcurl's multi interface, HTTP/2 where the server has it.
#pragma once

#include <memory>

#include "base/clock.h"
#include "http/endpoint.h"
#include "http/transport.h"

namespace kencrypt::http {

struct CurlOptions {
  // Connections to the server at the most. HTTP/2 uses one for up to 100 requests at a time; more
  // matter only where a proxy allows nothing but HTTP/1.1. One pins every request to one connection.
  int max_connections = 1;
  // How long to wait for a connection, TLS included.
  Duration connect_timeout = std::chrono::seconds(30);
  // Let go of a name that is still being looked up, instead of waiting for its end (seconds, where a
  // name server is away): for a process that is about to end, since a thread of libcurl's goes on.
  bool quick_exit = false;
};

// `clock` must outlive the transport. Environment variables of curl (proxies, SSLKEYLOGFILE aside) are
// not consulted: `endpoint` says everything. Errors: config, where libcurl refuses its set-up.
Result<std::unique_ptr<Transport>> make_curl_transport(Endpoint endpoint, CurlOptions options,
                                                       const Clock& clock);

}  // namespace kencrypt::http
