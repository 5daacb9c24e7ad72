// Finding resources among those that a server has. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "kube/discovery.h"

namespace kencrypt::kube {

// The resource that `word` means, as kubectl reads it: "secrets", "secret", "cm", "deployments.apps",
// "deployments.v1.apps", "Deployment"; the first in the server's order. (k8s.io/apimachinery
// pkg/runtime/schema ParseResourceArg; k8s.io/client-go restmapper/shortcut.go; a group may be shortened,
// pkg/api/meta/restmapper.go.) Errors: usage, in kubectl's words. The pointer is valid as long as `known`.
Result<const ApiResource*> find_resource(const Discovery& known, std::string_view word);

// Whether `word` is the plural name of a resource, alone or with its group. What may stand between types
// on a command line without a comma: short and singular names may well be names of objects.
bool is_plural_name(const Discovery& known, std::string_view word);

// The resource under which the API server stores the objects of `resource`: events.events.k8s.io are
// events (k8s.io/kubernetes pkg/kubeapiserver/default_storage_factory_builder.go,
// AddCohabitatingResources; the others of that list are no longer served).
const ApiResource* as_stored(const Discovery& known, const ApiResource& resource);

// Each resource once whose objects the API server keeps in etcd and that can be listed and updated, in
// the first version in which they can be. `elsewhere` from served_elsewhere().
std::vector<const ApiResource*> stored_resources(const Discovery& known,
                                                 const std::vector<GroupVersion>& elsewhere);

}  // namespace kencrypt::kube
