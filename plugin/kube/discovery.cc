#include "kube/discovery.h"

#include <fmt/format.h>

#include <algorithm>

#include "kube/api_status.h"
#include "kube/json_definition.h"
#include "kube/json_discovery.h"
#include "kube/request.h"

namespace kencrypt::kube {
namespace {

// The newest that the server has; the last for those that have no aggregated discovery. The same
// header as client-go's (discovery/discovery_client.go).
constexpr std::string_view kAccept =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,"
    "application/json";
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kApiServices = "/apis/apiregistration.k8s.io/v1/apiservices";

Result<http::Response> fetch(http::Transport& transport, std::string_view path,
                             std::string_view accept) {
  return http::call(transport, raw_request(path, accept), kMaxDiscoveryBytes);
}

// A group that does not answer leaves the others usable; a broken connection or refused credentials do not.
Result<void> ask_version(http::Transport& transport, const GroupVersion& wanted, Discovery& found) {
  TRY_ASSIGN(const http::Response response, fetch(transport, wanted.path(), kJson));
  if (response.head.status == 401) return check_success(response);
  if (response.head.status / 100 != 2) {
    found.unavailable.push_back(wanted);
    return {};
  }
  TRY_ASSIGN(auto resources, parse_resource_list(response.body.view(), wanted));
  found.resources.insert(found.resources.end(), std::make_move_iterator(resources.begin()),
                         std::make_move_iterator(resources.end()));
  return {};
}

Result<void> ask_root(http::Transport& transport, std::string_view path, Discovery& found) {
  TRY_ASSIGN(const http::Response response, require_success(fetch(transport, path, kAccept)));
  TRY_ASSIGN(DiscoveryRoot root, parse_discovery_root(response.body.view()));
  found.resources.insert(found.resources.end(), std::make_move_iterator(root.known.resources.begin()),
                         std::make_move_iterator(root.known.resources.end()));
  found.unavailable.insert(found.unavailable.end(), root.known.unavailable.begin(),
                           root.known.unavailable.end());
  for (const GroupVersion& wanted : root.to_ask) TRY(ask_version(transport, wanted, found));
  return {};
}

}  // namespace

std::string GroupVersion::text() const {
  return group.empty() ? version : fmt::format("{}/{}", group, version);
}

std::string GroupVersion::path() const {
  return (group.empty() ? "/api/" : "/apis/") + text();
}

bool ApiResource::can(std::string_view verb) const {
  return std::find(verbs.begin(), verbs.end(), verb) != verbs.end();
}

std::string ApiResource::group_resource() const {
  return served.group.empty() ? plural : fmt::format("{}.{}", plural, served.group);
}

bool ApiResource::same_as(const ApiResource& other) const {
  return plural == other.plural && served.group == other.served.group;
}

Result<Discovery> discover(http::Transport& transport) {
  Discovery found;
  for (const std::string_view path : {"/api", "/apis"})
    if (auto asked = ask_root(transport, path, found); !asked)
      return wrap(asked.error(), "asking the server which resources it has");
  return found;
}

Result<std::vector<GroupVersion>> served_elsewhere(http::Transport& transport) {
  constexpr std::string_view kDoing = "asking which API groups other servers serve";
  auto response = fetch(transport, kApiServices, kJson);
  if (!response) return wrap(response.error(), kDoing);
  if (response->head.status == 404) return std::vector<GroupVersion>();
  if (auto success = check_success(*response); !success) return wrap(success.error(), kDoing);
  return parse_passed_on(response->body.view());
}

}  // namespace kencrypt::kube
