#include "inventory/builtin_resources.h"

#include <algorithm>

namespace kencrypt::inventory {
namespace {

constexpr std::string_view kCore = "";
constexpr std::string_view kAdmission = "admissionregistration.k8s.io";
constexpr std::string_view kApps = "apps";
constexpr std::string_view kAutoscaling = "autoscaling";
constexpr std::string_view kBatch = "batch";
constexpr std::string_view kCertificates = "certificates.k8s.io";
constexpr std::string_view kCoordination = "coordination.k8s.io";
constexpr std::string_view kDiscovery = "discovery.k8s.io";
constexpr std::string_view kFlow = "flowcontrol.apiserver.k8s.io";
constexpr std::string_view kInternal = "internal.apiserver.k8s.io";
constexpr std::string_view kLifecycle = "lifecycle.k8s.io";
constexpr std::string_view kMigration = "storagemigration.k8s.io";
constexpr std::string_view kNetworking = "networking.k8s.io";
constexpr std::string_view kNode = "node.k8s.io";
constexpr std::string_view kPolicy = "policy";
constexpr std::string_view kRbac = "rbac.authorization.k8s.io";
constexpr std::string_view kDevices = "resource.k8s.io";
constexpr std::string_view kScheduling = "scheduling.k8s.io";
constexpr std::string_view kStorage = "storage.k8s.io";

constexpr BuiltinResource kTable[] = {
    {"configmaps", "configmaps", kCore},
    {"controllers", "replicationcontrollers", kCore},
    {"events", "events", kCore},
    {"limitranges", "limitranges", kCore},
    {"minions", "nodes", kCore},
    {"namespaces", "namespaces", kCore},
    {"persistentvolumeclaims", "persistentvolumeclaims", kCore},
    {"persistentvolumes", "persistentvolumes", kCore},
    {"pods", "pods", kCore},
    {"podtemplates", "podtemplates", kCore},
    {"resourcequotas", "resourcequotas", kCore},
    {"secrets", "secrets", kCore},
    {"serviceaccounts", "serviceaccounts", kCore},
    {"services/endpoints", "endpoints", kCore},
    {"services/specs", "services", kCore},
    {"mutatingadmissionpolicies", "mutatingadmissionpolicies", kAdmission},
    {"mutatingadmissionpolicybindings", "mutatingadmissionpolicybindings", kAdmission},
    {"mutatingwebhookconfigurations", "mutatingwebhookconfigurations", kAdmission},
    {"validatingadmissionpolicies", "validatingadmissionpolicies", kAdmission},
    {"validatingadmissionpolicybindings", "validatingadmissionpolicybindings", kAdmission},
    {"validatingwebhookconfigurations", "validatingwebhookconfigurations", kAdmission},
    {"controllerrevisions", "controllerrevisions", kApps},
    {"daemonsets", "daemonsets", kApps},
    {"deployments", "deployments", kApps},
    {"replicasets", "replicasets", kApps},
    {"statefulsets", "statefulsets", kApps},
    {"horizontalpodautoscalers", "horizontalpodautoscalers", kAutoscaling},
    {"cronjobs", "cronjobs", kBatch},
    {"jobs", "jobs", kBatch},
    {"certificatesigningrequests", "certificatesigningrequests", kCertificates},
    {"clustertrustbundles", "clustertrustbundles", kCertificates},
    {"podcertificaterequests", "podcertificaterequests", kCertificates},
    {"leasecandidates", "leasecandidates", kCoordination},
    {"leases", "leases", kCoordination},
    {"endpointslices", "endpointslices", kDiscovery},
    {"flowschemas", "flowschemas", kFlow},
    {"prioritylevelconfigurations", "prioritylevelconfigurations", kFlow},
    {"storageversions", "storageversions", kInternal},
    {"evictionrequests", "evictionrequests", kLifecycle},
    {"evictions", "evictions", kLifecycle},
    {"storageversionmigrations", "storageversionmigrations", kMigration},
    {"ingress", "ingresses", kNetworking},
    {"ingressclasses", "ingressclasses", kNetworking},
    {"ipaddresses", "ipaddresses", kNetworking},
    {"networkpolicies", "networkpolicies", kNetworking},
    {"servicecidrs", "servicecidrs", kNetworking},
    {"runtimeclasses", "runtimeclasses", kNode},
    {"poddisruptionbudgets", "poddisruptionbudgets", kPolicy},
    {"podsecuritypolicy", "podsecuritypolicies", kPolicy},
    {"clusterrolebindings", "clusterrolebindings", kRbac},
    {"clusterroles", "clusterroles", kRbac},
    {"rolebindings", "rolebindings", kRbac},
    {"roles", "roles", kRbac},
    {"deviceclasses", "deviceclasses", kDevices},
    {"devicetaintrules", "devicetaintrules", kDevices},
    {"resourceclaims", "resourceclaims", kDevices},
    {"resourceclaimtemplates", "resourceclaimtemplates", kDevices},
    {"resourcepoolstatusrequests", "resourcepoolstatusrequests", kDevices},
    {"resourceslices", "resourceslices", kDevices},
    {"compositepodgroups", "compositepodgroups", kScheduling},
    {"podgroups", "podgroups", kScheduling},
    {"priorityclasses", "priorityclasses", kScheduling},
    {"workloads", "workloads", kScheduling},
    {"csidrivers", "csidrivers", kStorage},
    {"csinodes", "csinodes", kStorage},
    {"csistoragecapacities", "csistoragecapacities", kStorage},
    {"storageclasses", "storageclasses", kStorage},
    {"volumeattachments", "volumeattachments", kStorage},
    {"volumeattributesclasses", "volumeattributesclasses", kStorage},
};

template <class Predicate>
const BuiltinResource* find(Predicate matches) {
  const auto* found = std::find_if(std::begin(kTable), std::end(kTable), matches);
  return found == std::end(kTable) ? nullptr : found;
}

}  // namespace

std::span<const BuiltinResource> builtin_resources() { return kTable; }

const BuiltinResource* find_by_folder(std::string_view folder) {
  return find([folder](const BuiltinResource& one) { return one.folder == folder; });
}

const BuiltinResource* find_by_name(std::string_view plural, std::string_view group) {
  return find([=](const BuiltinResource& one) { return one.plural == plural && one.group == group; });
}

}  // namespace kencrypt::inventory
