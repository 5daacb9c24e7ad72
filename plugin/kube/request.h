// Builders of API requests: pure functions from what is wanted to an http::Request (no IO, no
// credentials). Query parameters and media types: k8s.io/apiserver pkg/endpoints/handlers.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "http/message.h"
#include "kube/resource.h"

namespace kencrypt::kube {

// What part of an object the server is to send back.
enum class View {
  whole,     // application/json
  metadata,  // as=PartialObjectMetadata(List): no data, but labels, annotations and managedFields
};

enum class DryRun { none, server };

struct ListOptions {
  std::string name_space;      // "" : all namespaces
  std::string label_selector;
  std::string field_selector;
  std::size_t limit = 0;       // objects a page; 0: no paging
  std::string continue_token;  // "" : the first page
  View view = View::whole;
};

// GET of one page. Sent without resourceVersion, so that the answer is consistent.
http::Request list_request(const Resource& resource, const ListOptions& options);

// GET of one object by name, without resourceVersion: on every supported release this reads etcd
// (k8s.io/apiserver pkg/storage/cacher/delegator.go), never the watch cache.
http::Request get_request(const Resource& resource, const ObjectName& object, View view);

// PUT of one object. `body` is not copied: it must stay valid until the request is done. The reply
// is reduced to metadata. The body's resourceVersion is the precondition; the caller must see to it
// that there is one.
http::Request put_request(const Resource& resource, const ObjectName& object, std::string_view body,
                          DryRun dry_run);

// PATCH (JSON merge patch, RFC 7396) of one object; the rest as for put_request.
http::Request patch_request(const Resource& resource, const ObjectName& object, std::string_view body,
                            DryRun dry_run);

// The merge patch that changes nothing but holds only for this very object in this very version: the
// server stores it anew where it is stale (k8s.io/apiserver pkg/endpoints/handlers/patch.go).
std::string precondition_patch(std::string_view uid, std::string_view resource_version);

// GET of a path that is no resource: /metrics, /version.
http::Request raw_request(std::string_view path, std::string_view accept);

}  // namespace kencrypt::kube
