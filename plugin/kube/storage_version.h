// In which version the objects of a resource may be read and written back without a loss.
//
// A custom resource has a schema for each version, and the API server drops what the version that is
// asked for does not know (k8s.io/apiextensions-apiserver pkg/apiserver/schema/pruning; KEP
// sig-api-machinery/2876). Read in another version than the stored one and written back, an object loses
// fields. So it must be the version with `storage: true`. Built-in types convert between their versions
// without loss: any will do.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "http/transport.h"
#include "kube/discovery.h"
#include "kube/json_definition.h"
#include "kube/resource.h"

namespace kencrypt::kube {

// A definition is one object, its schemas included.
inline constexpr std::size_t kMaxDefinitionBytes = 32U << 20;

// The storage version. Errors: server, if it is not served.
Result<std::string> storage_version(const std::vector<DefinedVersion>& defined,
                                    const ApiResource& resource);

// `resource` in a version that loses nothing: reads its CustomResourceDefinition, where it can have one.
// Errors: forbidden, if that may not be read and there is more than one version; the request's;
// storage_version()'s.
Result<Resource> without_loss(http::Transport& transport, const Discovery& known,
                              const ApiResource& resource);

}  // namespace kencrypt::kube
