#include "kube/request.h"

#include <fmt/format.h>

#include "base/text.h"
#include "kube/json_text.h"

namespace kencrypt::kube {
namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kMergePatch = "application/merge-patch+json";
constexpr std::string_view kMetadata = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
constexpr std::string_view kMetadataList =
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
// Names our writes in managedFields where a write changes something; a replace call that changes
// nothing leaves no trace.
constexpr std::string_view kFieldManager = "kubectl-encrypt";

// Builds "?a=b&c=d", leaving out empty values.
class Query {
 public:
  void add(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    text_ += fmt::format("{}{}={}", text_.empty() ? '?' : '&', name, percent_encode(value));
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

http::Request get(std::string target, std::string_view accept) {
  http::Request request;
  request.target = std::move(target);
  request.headers.push_back({"Accept", std::string(accept)});
  return request;
}

}  // namespace

http::Request list_request(const Resource& resource, const ListOptions& options) {
  Query query;
  query.add("labelSelector", options.label_selector);
  query.add("fieldSelector", options.field_selector);
  if (options.limit > 0) query.add("limit", std::to_string(options.limit));
  query.add("continue", options.continue_token);
  return get(resource_path(resource, options.name_space, "") + query.text(),
             options.view == View::whole ? kJson : kMetadataList);
}

http::Request get_request(const Resource& resource, const ObjectName& object, View view) {
  return get(resource_path(resource, object.name_space, object.name),
             view == View::whole ? kJson : kMetadata);
}

namespace {

http::Request write_request(const Resource& resource, const ObjectName& object, std::string_view body,
                            DryRun dry_run) {
  Query query;
  query.add("fieldManager", kFieldManager);
  // The bytes come from the server itself, so looking for unknown fields is wasted work.
  query.add("fieldValidation", "Ignore");
  if (dry_run == DryRun::server) query.add("dryRun", "All");
  http::Request request =
      get(resource_path(resource, object.name_space, object.name) + query.text(), kMetadata);
  request.body = body;
  return request;
}

}  // namespace

http::Request put_request(const Resource& resource, const ObjectName& object, std::string_view body,
                          DryRun dry_run) {
  http::Request request = write_request(resource, object, body, dry_run);
  request.method = http::Method::put;
  request.headers.push_back({"Content-Type", std::string(kJson)});
  return request;
}

http::Request patch_request(const Resource& resource, const ObjectName& object, std::string_view body,
                            DryRun dry_run) {
  http::Request request = write_request(resource, object, body, dry_run);
  request.method = http::Method::patch;
  request.headers.push_back({"Content-Type", std::string(kMergePatch)});
  return request;
}

std::string precondition_patch(std::string_view uid, std::string_view resource_version) {
  const std::string uid_member = uid.empty() ? "" : fmt::format("\"uid\":{},", json_string(uid));
  return fmt::format("{{\"metadata\":{{{}\"resourceVersion\":{}}}}}", uid_member,
                     json_string(resource_version));
}

http::Request raw_request(std::string_view path, std::string_view accept) {
  return get(std::string(path), accept);
}

}  // namespace kencrypt::kube
