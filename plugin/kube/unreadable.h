// Objects that the API server itself cannot read: stored under a key that it does not have.
#pragma once

#include <string_view>
#include <vector>

#include "kube/resource.h"

namespace kencrypt::kube {

// The objects that a failed LIST (status 500) names as unreadable, in the order of their keys; empty if
// it failed for another reason. Since 1.37 the reason is StorageReadError and up to 100 causes have the
// etcd key as their field (k8s.io/apiserver pkg/storage/etcd3/corrupt_obj_deleter.go); before, the message
// names the first: unable to transform key "/registry/secrets/ns/name" (pkg/storage/etcd3/store.go).
std::vector<ObjectName> unreadable_objects(int http_code, std::string_view body,
                                           const Resource& resource);

// Whether the message of a failed GET, PUT or PATCH (status 500) says that the object cannot be read
// (k8s.io/apiserver pkg/storage/value/transformer.go, pkg/storage/etcd3/corrupt_obj_deleter.go).
bool means_unreadable(std::string_view message);

// Whether a refusal (status 500) comes from a KMS plugin that cannot be reached, or whose KMS cannot, so that waiting may
// help: reads fail with what the plugin's gRPC call came to, writes because the data key could not be renewed for 3 minutes
// (k8s.io/apiserver pkg/storage/value/encrypt/envelope/kmsv2/envelope.go). Plugins give plain errors of their cloud the code
// Unknown. `text`: the message, or the whole body.
bool means_kms_is_away(std::string_view text);

}  // namespace kencrypt::kube
