#include "kube/resource.h"

#include <fmt/format.h>

#include "base/text.h"

namespace kencrypt::kube {

std::string Resource::group_resource() const {
  return group.empty() ? plural : fmt::format("{}.{}", plural, group);
}

Resource secrets_resource() { return {.group = "", .plural = "secrets"}; }

std::string display_name(const ObjectName& object) {
  return object.name_space.empty() ? object.name
                                   : fmt::format("{}/{}", object.name_space, object.name);
}

std::string resource_path(const Resource& resource, std::string_view name_space,
                          std::string_view name) {
  std::string path = resource.group.empty()
                         ? fmt::format("/api/{}", resource.version)
                         : fmt::format("/apis/{}/{}", resource.group, resource.version);
  if (!name_space.empty()) path += "/namespaces/" + percent_encode(name_space);
  path += "/" + resource.plural;
  if (!name.empty()) path += "/" + percent_encode(name);
  return path;
}

}  // namespace kencrypt::kube
