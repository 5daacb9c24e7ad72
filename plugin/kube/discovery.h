// Which resources a server has, with their names, versions and verbs (k8s.io/api apidiscovery/v2;
// for servers before 1.27 the documents of k8s.io/apimachinery pkg/apis/meta/v1: APIVersions,
// APIGroupList, APIResourceList).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/transport.h"

namespace kencrypt::kube {

struct GroupVersion {
  std::string group;  // "" for the core group
  std::string version;
  friend bool operator==(const GroupVersion&, const GroupVersion&) = default;

  std::string text() const;  // "v1", "apps/v1"
  std::string path() const;  // "/api/v1", "/apis/apps/v1"
};

// One resource in one version; no subresources.
struct ApiResource {
  GroupVersion served;
  std::string plural;
  std::string singular;
  std::vector<std::string> short_names;
  std::vector<std::string> verbs;
  bool namespaced = false;

  bool can(std::string_view verb) const;
  std::string group_resource() const;  // "secrets", "deployments.apps"
  bool same_as(const ApiResource& other) const;  // whatever the version
};

struct Discovery {
  // In the server's order of preference: groups, and in each its versions.
  std::vector<ApiResource> resources;
  // Of these the server itself does not know what is in them now.
  std::vector<GroupVersion> unavailable;
};

// A server with 1,000 custom resources sends about 2 MiB.
inline constexpr std::size_t kMaxDiscoveryBytes = 32U << 20;

// Two requests, or one more for each group and version where the server has no aggregated discovery.
// Errors: those of the first two requests, and protocol. A single group that does not answer is in
// `unavailable` instead.
Result<Discovery> discover(http::Transport& transport);

// What the aggregation layer passes on to other API servers: their objects are not in this one's etcd
// (k8s.io/kube-aggregator pkg/apis/apiregistration/v1: spec.service is set). Empty for a server without
// an aggregation layer. Errors: those of the request, protocol.
Result<std::vector<GroupVersion>> served_elsewhere(http::Transport& transport);

}  // namespace kencrypt::kube
