// What a pod knows about its own cluster (k8s.io/client-go rest/config.go InClusterConfig).
#pragma once

#include <filesystem>
#include <string>

#include "base/variables.h"
#include "kube/connection_flags.h"
#include "kube/selection.h"

namespace kencrypt::kube {

// Where the kubelet puts a pod's service account; tests name other files.
struct ServiceAccountFiles {
  std::filesystem::path token = "/var/run/secrets/kubernetes.io/serviceaccount/token";
  std::filesystem::path certificates = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt";
  std::filesystem::path name_space = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";
};

// Whether this process runs in a pod that may speak to its API server.
bool is_in_cluster(const Variables& variables, const ServiceAccountFiles& files);

// The pod's server, certificates and token. Of the flags, --token, --certificate-authority and
// those that do not say where to connect count. Without a readable ca.crt the system's certificates
// are used. Errors: those of select_entries.
Result<Selected> in_cluster_entries(const Variables& variables, const ServiceAccountFiles& files,
                                    ConnectionFlags flags);

// POD_NAMESPACE, else what the kubelet wrote, else "default".
std::string in_cluster_namespace(const Variables& variables, const ServiceAccountFiles& files);

}  // namespace kencrypt::kube
