// The address of an API server as users write it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace kencrypt::kube {

struct ServerUrl {
  std::string scheme;  // "https" or "http"
  std::string host;    // an IPv6 address without brackets
  int port = 0;
  std::string path;  // "" or "/prefix" without a final slash
};

// A URL, or "host" or "host:port". Without a scheme it is http, as in client-go
// (rest/url_utils.go); the default ports are 443 and 80. Query and fragment are dropped. Errors:
// config, for another scheme, a user name in the URL, or a host or port that cannot be.
Result<ServerUrl> parse_server_url(std::string_view text);

}  // namespace kencrypt::kube
