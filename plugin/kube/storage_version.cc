#include "kube/storage_version.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "kube/api_status.h"
#include "kube/request.h"

namespace kencrypt::kube {
namespace {

// The server's own groups that have a dot (k8s.io/kubernetes pkg/controlplane/instance.go). A group
// without one cannot be a custom resource's (apiextensions validation: "should be a domain with at least
// one dot"). Asked only where the definition may not be read: such a name may also have one.
constexpr std::array<std::string_view, 18> kBuiltInGroups = {
    "admissionregistration.k8s.io", "apiextensions.k8s.io",      "apiregistration.k8s.io",
    "authentication.k8s.io",        "authorization.k8s.io",      "certificates.k8s.io",
    "coordination.k8s.io",          "discovery.k8s.io",          "events.k8s.io",
    "flowcontrol.apiserver.k8s.io", "internal.apiserver.k8s.io", "networking.k8s.io",
    "node.k8s.io",                  "rbac.authorization.k8s.io", "resource.k8s.io",
    "scheduling.k8s.io",            "storage.k8s.io",            "storagemigration.k8s.io"};

bool is_built_in(const std::string& group) {
  return std::find(kBuiltInGroups.begin(), kBuiltInGroups.end(), group) != kBuiltInGroups.end();
}

Resource in_version(const ApiResource& resource, std::string version) {
  return {.group = resource.served.group,
          .version = std::move(version),
          .plural = resource.plural,
          .namespaced = resource.namespaced};
}

std::ptrdiff_t versions_served(const Discovery& known, const ApiResource& resource) {
  return std::count_if(known.resources.begin(), known.resources.end(),
                       [&resource](const ApiResource& one) { return one.same_as(resource); });
}

Resource definition_resource() {
  return {.group = "apiextensions.k8s.io", .plural = "customresourcedefinitions", .namespaced = false};
}

Result<Resource> unseen(const Discovery& known, const ApiResource& resource, const Error& refusal) {
  if (is_built_in(resource.served.group) || versions_served(known, resource) == 1)
    return in_version(resource, resource.served.version);
  return fail(ErrorKind::forbidden,
              fmt::format("{} is not rewritten: it has several versions, and only its "
                          "CustomResourceDefinition tells which one is stored; get the right to read that, or "
                          "name the other resources to rewrite them ({})",
                          resource.group_resource(), refusal.message));
}

}  // namespace

Result<std::string> storage_version(const std::vector<DefinedVersion>& defined,
                                    const ApiResource& resource) {
  const auto stored = std::find_if(defined.begin(), defined.end(),
                                   [](const DefinedVersion& one) { return one.storage; });
  if (stored != defined.end() && stored->served) return stored->name;
  return fail(ErrorKind::server,
              fmt::format("{} is not rewritten: its storage version{} is not served, and another one could "
                          "lose fields; serve it, or name the other resources to rewrite them",
                          resource.group_resource(),
                          stored == defined.end() ? "" : " " + stored->name));
}

Result<Resource> without_loss(http::Transport& transport, const Discovery& known,
                              const ApiResource& resource) {
  if (resource.served.group.find('.') == std::string::npos)
    return in_version(resource, resource.served.version);
  auto response = http::call(
      transport, get_request(definition_resource(), {"", resource.group_resource()}, View::whole),
      kMaxDefinitionBytes);
  if (response && response->head.status == 404) return in_version(resource, resource.served.version);
  response = require_success(std::move(response));
  if (!response && response.error().kind == ErrorKind::forbidden)
    return unseen(known, resource, response.error());
  if (!response)
    return wrap(response.error(), "reading the definition of " + resource.group_resource());
  TRY_ASSIGN(const auto defined, parse_defined_versions(response->body.view()));
  TRY_ASSIGN(std::string version, storage_version(defined, resource));
  return in_version(resource, std::move(version));
}

}  // namespace kencrypt::kube
