#include "http/endpoint.h"

#include <fmt/format.h>

namespace kencrypt::http {

std::string host_and_port(const Endpoint& endpoint) {
  const bool is_v6 = endpoint.host.find(':') != std::string::npos;
  return is_v6 ? fmt::format("[{}]:{}", endpoint.host, endpoint.port)
               : fmt::format("{}:{}", endpoint.host, endpoint.port);
}

std::string display_url(const Endpoint& endpoint) {
  return fmt::format("{}://{}{}", endpoint.scheme, host_and_port(endpoint), endpoint.base_path);
}

}  // namespace kencrypt::http
