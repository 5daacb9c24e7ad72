#include "control_plane/server_address.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "control_plane/identity_lease.h"
#include "kube/json_walk.h"
#include "kube/request.h"

namespace kencrypt::control_plane {
namespace {

constexpr std::string_view kItem = ".items[]";

struct Slice {
  std::vector<std::string> hosts;
  std::string port_name;
  int port_number = 0;
  int port = 0;
};

void take_field(Slice& slice, std::string_view field, std::string_view value) {
  if (field == ".endpoints[].addresses[]" && slice.hosts.size() <= kMaxServers)
    slice.hosts.emplace_back(value);
  if (field == ".ports[].name") slice.port_name = value;
  if (field == ".ports[].port")
    std::from_chars(value.data(), value.data() + value.size(), slice.port_number);
}

void end_port(Slice& slice) {
  if (slice.port == 0 || slice.port_name == "https") slice.port = slice.port_number;
  slice.port_name.clear();
}

void end_slice(const Slice& slice, std::vector<ServerAddress>& addresses) {
  if (slice.port < 1 || slice.port > 65535) return;
  for (const std::string& host : slice.hosts) {
    const ServerAddress address{host, slice.port};
    if (std::find(addresses.begin(), addresses.end(), address) == addresses.end())
      addresses.push_back(address);
  }
}

}  // namespace

http::Request addresses_request() {
  const kube::Resource slices{
      .group = "discovery.k8s.io", .version = "v1", .plural = "endpointslices"};
  return kube::list_request(slices, {.name_space = "default",
                                     .label_selector = "kubernetes.io/service-name=kubernetes",
                                     .field_selector = "",
                                     .limit = 0,
                                     .continue_token = "",
                                     .view = kube::View::whole});
}

Result<std::vector<ServerAddress>> parse_addresses(std::string_view json) {
  std::vector<ServerAddress> addresses;
  Slice slice;
  std::string kind;
  const bool whole =
      kube::walk_json(json, {.on_leaf =
                                 [&](std::string_view path, std::string_view value) {
                                   if (path == ".kind") kind = value;
                                   if (path.starts_with(kItem))
                                     take_field(slice, path.substr(kItem.size()), value);
                                 },
                             .on_end =
                                 [&](std::string_view path) {
                                   if (path == ".items[].ports[]") end_port(slice);
                                   if (path != kItem) return;
                                   if (addresses.size() <= kMaxServers) end_slice(slice, addresses);
                                   slice = {};
                                 }});
  if (!whole || kind != "EndpointSliceList")
    return fail(ErrorKind::protocol, "the server's reply is not a list of EndpointSlices in JSON");
  if (addresses.size() > kMaxServers)
    return fail(ErrorKind::too_large,
                fmt::format("there are more than {} addresses of API servers", kMaxServers));
  return addresses;
}

bool may_ask_directly(const http::Endpoint& endpoint) {
  return endpoint.scheme == "https" && endpoint.trust == http::Trust::given_roots;
}

http::Endpoint at_address(http::Endpoint endpoint, const ServerAddress& address) {
  const bool is_ipv6 = endpoint.host.find(':') != std::string::npos;
  if (endpoint.tls_server_name.empty())
    endpoint.tls_server_name = is_ipv6 ? fmt::format("[{}]", endpoint.host) : endpoint.host;
  endpoint.host = address.host;
  endpoint.port = address.port;
  endpoint.base_path.clear();
  return endpoint;
}

}  // namespace kencrypt::control_plane
