// Replies of a kube-apiserver 1.37.2, shortened to what matters and to what could mislead a reader.
#pragma once

#include <fmt/format.h>

#include <string>

namespace kencrypt::control_plane::documents {

inline std::string page(const std::string& samples) {
  return "# HELP kubernetes_build_info [ALPHA] A metric with a constant '1' value labeled by "
         "major, minor, git "
         "version, git commit, git tree state, build date, Go version, and compiler from which "
         "Kubernetes was "
         "built, and platform on which it is running.\n"
         "# TYPE kubernetes_build_info gauge\n" +
         samples;
}

inline const std::string kBuild =
    "kubernetes_build_info{build_date=\"\",compiler=\"gc\",git_commit=\"\",git_tree_state=\"\",git_"
    "version=\"v1.37.2\","
    "go_version=\"go1.26.1\",major=\"1\",minor=\"37\",platform=\"linux/amd64\"} 1\n";

inline std::string lease(const std::string& name, const std::string& host,
                         const std::string& renewed) {
  return fmt::format(
      R"({{"metadata":{{"name":"{}","namespace":"kube-system","uid":"9a4c","resourceVersion":"211",)"
      R"("labels":{{"apiserver.kubernetes.io/identity":"kube-apiserver","kubernetes.io/hostname":"{}"}},)"
      R"("managedFields":[{{"manager":"kube-apiserver","fieldsV1":{{"f:metadata":{{"f:name":{{}}}}}}}}]}},)"
      R"("spec":{{"holderIdentity":"{}_3f","leaseDurationSeconds":3600,"renewTime":"{}"}}}})",
      name, host, name, renewed);
}

inline std::string lease_list(const std::string& items) {
  return R"({"kind":"LeaseList","apiVersion":"coordination.k8s.io/v1",)"
         R"("metadata":{"resourceVersion":"300"},"items":[)" +
         items + "]}";
}

inline const std::string kSlices =
    R"({"kind":"EndpointSliceList","apiVersion":"discovery.k8s.io/v1",)"
    R"("metadata":{"resourceVersion":"300"},"items":[)"
    R"({"metadata":{"name":"kubernetes","namespace":"default"},"addressType":"IPv4",)"
    R"("endpoints":[{"addresses":["10.0.0.1"],"conditions":{"ready":true}},)"
    R"({"addresses":["10.0.0.2"],"conditions":{"ready":true}}],)"
    R"("ports":[{"name":"metrics","protocol":"TCP","port":9000},)"
    R"({"name":"https","protocol":"TCP","port":6443}]},)"
    R"({"metadata":{"name":"kubernetes-v6"},"addressType":"IPv6",)"
    R"("endpoints":[{"addresses":["fd00::1"],"conditions":{}}],)"
    R"("ports":[{"name":"https","port":6443}]}]})";

// `conditions`: the elements of the array.
inline std::string migration(const std::string& name, const std::string& group,
                             const std::string& resource, const std::string& conditions,
                             const std::string& metadata = "") {
  return fmt::format(
      R"({{"kind":"StorageVersionMigration","apiVersion":"storagemigration.k8s.io/v1","metadata":{{"name":"{}",)"
      R"("uid":"1b","resourceVersion":"45","creationTimestamp":"2026-11-25T03:00:00Z"{}}},)"
      R"("spec":{{"resource":{{"group":"{}","resource":"{}"}}}},)"
      R"("status":{{"conditions":[{}],"resourceVersion":"40"}}}})",
      name, metadata, group, resource, conditions);
}

inline std::string condition(const std::string& type, const std::string& status,
                             const std::string& message) {
  return fmt::format(R"({{"type":"{}","status":"{}","lastTransitionTime":"2026-11-25T03:00:01Z",)"
                     R"("reason":"StorageVersionMigration{}","message":"{}"}})",
                     type, status, type, message);
}

inline std::string migration_list(const std::string& items) {
  return R"({"kind":"StorageVersionMigrationList","apiVersion":"storagemigration.k8s.io/v1",)"
         R"("metadata":{"resourceVersion":"50"},"items":[)" +
         items + "]}";
}

inline const std::string kApiGroup =
    R"({"kind":"APIGroup","apiVersion":"v1","name":"storagemigration.k8s.io","versions":[)"
    R"({"groupVersion":"storagemigration.k8s.io/v1beta1","version":"v1beta1"},)"
    R"({"groupVersion":"storagemigration.k8s.io/v1","version":"v1"}],)"
    R"("preferredVersion":{"groupVersion":"storagemigration.k8s.io/v1","version":"v1"}})";

}  // namespace kencrypt::control_plane::documents
