// Which kind of object, and the URLs it lives at.
#pragma once

#include <string>
#include <string_view>

namespace kencrypt::kube {

struct Resource {
  std::string group;            // "" for the core group
  std::string version = "v1";
  std::string plural;           // as in URLs: "secrets"
  bool namespaced = true;

  // The server's group-resource form, as in metric labels: "secrets", "deployments.apps".
  std::string group_resource() const;
};

Resource secrets_resource();

struct ObjectName {
  std::string name_space;  // "" for cluster-scoped objects
  std::string name;
  friend bool operator==(const ObjectName&, const ObjectName&) = default;
  friend auto operator<=>(const ObjectName&, const ObjectName&) = default;
};

// "namespace/name", or the name alone.
std::string display_name(const ObjectName& object);

// "/api/v1/namespaces/NS/secrets/NAME" or "/apis/GROUP/...". An empty namespace gives the path of
// all namespaces, an empty name that of the collection. Segments are percent-encoded.
std::string resource_path(const Resource& resource, std::string_view name_space,
                          std::string_view name);

}  // namespace kencrypt::kube
