// Discovery documents as a kube-apiserver 1.37 sends them, with fewer resources. It has a custom resource,
// widgets.example.com, whose storage version is not the preferred one, and an APIService whose server is away.
#pragma once

#include <string_view>

namespace kencrypt::fakes {

// /api with g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList
inline constexpr std::string_view kAggregatedApi =
    R"({"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","metadata":{},)"
    R"("items":[{"metadata":{},"versions":[{"version":"v1","resources":[{"resource":"bindings",)"
    R"("responseKind":{"group":"","version":"","kind":"Binding"},"scope":"Namespaced",)"
    R"("singularResource":"binding","verbs":["create"]},{"resource":"componentstatuses",)"
    R"("responseKind":{"group":"","version":"","kind":"ComponentStatus"},"scope":"Cluster",)"
    R"("singularResource":"componentstatus","verbs":["get","list"],"shortNames":["cs"]},)"
    R"({"resource":"configmaps","responseKind":{"group":"","version":"","kind":"ConfigMap"},)"
    R"("scope":"Namespaced","singularResource":"configmap","verbs":["create","delete",)"
    R"("deletecollection","get","list","patch","update","watch"],"shortNames":["cm"]},)"
    R"({"resource":"events","responseKind":{"group":"","version":"","kind":"Event"},)"
    R"("scope":"Namespaced","singularResource":"event","verbs":["create","delete",)"
    R"("deletecollection","get","list","patch","update","watch"],"shortNames":["ev"]},)"
    R"({"resource":"namespaces","responseKind":{"group":"","version":"","kind":"Namespace"},)"
    R"("scope":"Cluster","singularResource":"namespace","verbs":["create","delete","get","list",)"
    R"("patch","update","watch"],"shortNames":["ns"],"subresources":[{"subresource":"finalize",)"
    R"("responseKind":{"group":"","version":"","kind":"Namespace"},"verbs":["update"]}]},)"
    R"({"resource":"pods","responseKind":{"group":"","version":"","kind":"Pod"},)"
    R"("scope":"Namespaced","singularResource":"pod","verbs":["create","delete","deletecollection",)"
    R"("get","list","patch","update","watch"],"shortNames":["po"],)"
    R"("subresources":[{"subresource":"attach","responseKind":{"group":"","version":"",)"
    R"("kind":"PodAttachOptions"},"verbs":["create","get"]}]},{"resource":"secrets",)"
    R"("responseKind":{"group":"","version":"","kind":"Secret"},"scope":"Namespaced",)"
    R"("singularResource":"secret","verbs":["create","delete","deletecollection","get","list",)"
    R"("patch","update","watch"]}],"freshness":"Current"}]}]})";

// /apis, likewise
inline constexpr std::string_view kAggregatedApis =
    R"({"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","metadata":{},)"
    R"("items":[{"metadata":{"name":"apps","creationTimestamp":null},"versions":[{"version":"v1",)"
    R"("resources":[{"resource":"deployments","responseKind":{"group":"","version":"",)"
    R"("kind":"Deployment"},"scope":"Namespaced","singularResource":"deployment","verbs":["create",)"
    R"("delete","deletecollection","get","list","patch","update","watch"],"shortNames":["deploy"],)"
    R"("subresources":[{"subresource":"scale","responseKind":{"group":"autoscaling","version":"v1",)"
    R"("kind":"Scale"},"verbs":["get","patch","update"]}]}],"freshness":"Current"}]},)"
    R"({"metadata":{"name":"events.k8s.io","creationTimestamp":null},"versions":[{"version":"v1",)"
    R"("resources":[{"resource":"events","responseKind":{"group":"","version":"","kind":"Event"},)"
    R"("scope":"Namespaced","singularResource":"event","verbs":["create","delete",)"
    R"("deletecollection","get","list","patch","update","watch"],"shortNames":["ev"]}],)"
    R"("freshness":"Current"}]},{"metadata":{"name":"authentication.k8s.io",)"
    R"("creationTimestamp":null},"versions":[{"version":"v1",)"
    R"("resources":[{"resource":"tokenreviews","responseKind":{"group":"","version":"",)"
    R"("kind":"TokenReview"},"scope":"Cluster","singularResource":"tokenreview",)"
    R"("verbs":["create"]}],"freshness":"Current"}]},{"metadata":{"name":"autoscaling",)"
    R"("creationTimestamp":null},"versions":[{"version":"v2",)"
    R"("resources":[{"resource":"horizontalpodautoscalers","responseKind":{"group":"","version":"",)"
    R"("kind":"HorizontalPodAutoscaler"},"scope":"Namespaced",)"
    R"("singularResource":"horizontalpodautoscaler","verbs":["create","delete","deletecollection",)"
    R"("get","list","patch","update","watch"],"shortNames":["hpa"],)"
    R"("subresources":[{"subresource":"status","responseKind":{"group":"","version":"",)"
    R"("kind":"HorizontalPodAutoscaler"},"verbs":["get","patch","update"]}]}],)"
    R"("freshness":"Current"},{"version":"v1","resources":[{"resource":"horizontalpodautoscalers",)"
    R"("responseKind":{"group":"","version":"","kind":"HorizontalPodAutoscaler"},)"
    R"("scope":"Namespaced","singularResource":"horizontalpodautoscaler","verbs":["create",)"
    R"("delete","deletecollection","get","list","patch","update","watch"],"shortNames":["hpa"],)"
    R"("subresources":[{"subresource":"status","responseKind":{"group":"","version":"",)"
    R"("kind":"HorizontalPodAutoscaler"},"verbs":["get","patch","update"]}]}],)"
    R"("freshness":"Current"}]},{"metadata":{"name":"rbac.authorization.k8s.io",)"
    R"("creationTimestamp":null},"versions":[{"version":"v1",)"
    R"("resources":[{"resource":"clusterroles","responseKind":{"group":"","version":"",)"
    R"("kind":"ClusterRole"},"scope":"Cluster","singularResource":"clusterrole","verbs":["create",)"
    R"("delete","deletecollection","get","list","patch","update","watch"]}],)"
    R"("freshness":"Current"}]},{"metadata":{"name":"example.com","creationTimestamp":null},)"
    R"("versions":[{"version":"v1","resources":[{"resource":"widgets",)"
    R"("responseKind":{"group":"example.com","version":"v1","kind":"Widget"},"scope":"Namespaced",)"
    R"("singularResource":"widget","verbs":["delete","deletecollection","get","list","patch",)"
    R"("create","update","watch"],"shortNames":["wd"]}],"freshness":"Current"},)"
    R"({"version":"v1beta1","resources":[{"resource":"widgets",)"
    R"("responseKind":{"group":"example.com","version":"v1beta1","kind":"Widget"},)"
    R"("scope":"Namespaced","singularResource":"widget","verbs":["delete","deletecollection","get",)"
    R"("list","patch","create","update","watch"],"shortNames":["wd"]}],"freshness":"Current"}]},)"
    R"({"metadata":{"name":"metrics.k8s.io","creationTimestamp":null},)"
    R"("versions":[{"version":"v1beta1","freshness":"Stale"}]}]})";

// /api as application/json
inline constexpr std::string_view kPlainApi =
    R"({"kind":"APIVersions","versions":["v1"],)"
    R"("serverAddressByClientCIDRs":[{"clientCIDR":"0.0.0.0/0","serverAddress":"127.0.0.1:24946"}]})";

// /apis as application/json
inline constexpr std::string_view kPlainApis =
    R"({"kind":"APIGroupList","apiVersion":"v1","groups":[{"name":"apps",)"
    R"("versions":[{"groupVersion":"apps/v1","version":"v1"}],)"
    R"("preferredVersion":{"groupVersion":"apps/v1","version":"v1"}},{"name":"autoscaling",)"
    R"("versions":[{"groupVersion":"autoscaling/v2","version":"v2"},)"
    R"({"groupVersion":"autoscaling/v1","version":"v1"}],)"
    R"("preferredVersion":{"groupVersion":"autoscaling/v2","version":"v2"}},{"name":"example.com",)"
    R"("versions":[{"groupVersion":"example.com/v1","version":"v1"},)"
    R"({"groupVersion":"example.com/v1beta1","version":"v1beta1"}],)"
    R"("preferredVersion":{"groupVersion":"example.com/v1","version":"v1"}}]})";

// /apis/apps/v1
inline constexpr std::string_view kPlainApps =
    R"({"kind":"APIResourceList","apiVersion":"v1","groupVersion":"apps/v1",)"
    R"("resources":[{"name":"deployments","singularName":"deployment","namespaced":true,)"
    R"("kind":"Deployment","verbs":["create","delete","deletecollection","get","list","patch",)"
    R"("update","watch"],"shortNames":["deploy"]},{"name":"deployments/scale","singularName":"",)"
    R"("namespaced":true,"group":"autoscaling","version":"v1","kind":"Scale","verbs":["get",)"
    R"("patch","update"]},{"name":"deployments/status","singularName":"","namespaced":true,)"
    R"("kind":"Deployment","verbs":["get","patch","update"]}]})";

// /apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com
inline constexpr std::string_view kWidgetsDefinition =
    R"({"kind":"CustomResourceDefinition","apiVersion":"apiextensions.k8s.io/v1",)"
    R"("metadata":{"name":"widgets.example.com","uid":"88949f84-2c15-4a37-bece-a2ba2f9516dc",)"
    R"("resourceVersion":"221","generation":1,"creationTimestamp":"2026-11-25T03:06:29Z"},)"
    R"("spec":{"group":"example.com","names":{"plural":"widgets","singular":"widget",)"
    R"("shortNames":["wd"],"kind":"Widget","listKind":"WidgetList"},"scope":"Namespaced",)"
    R"("versions":[{"name":"v1beta1","served":true,"storage":true,)"
    R"("schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object",)"
    R"("properties":{"hidden":{"type":"string"},"size":{"type":"integer"}}}}}}},{"name":"v1",)"
    R"("served":true,"storage":false,"schema":{"openAPIV3Schema":{"type":"object",)"
    R"("properties":{"spec":{"type":"object","properties":{"size":{"type":"integer"}}}}}}}],)"
    R"("conversion":{"strategy":"None"}},"status":{"conditions":[{"type":"NamesAccepted",)"
    R"("status":"True","lastTransitionTime":"2026-11-25T03:06:29Z","reason":"NoConflicts",)"
    R"("message":"no conflicts found"},{"type":"Established","status":"True",)"
    R"("lastTransitionTime":"2026-11-25T03:06:29Z","reason":"InitialNamesAccepted",)"
    R"("message":"the initial names have been accepted"}],"acceptedNames":{"plural":"widgets",)"
    R"("singular":"widget","shortNames":["wd"],"kind":"Widget","listKind":"WidgetList"},)"
    R"("storedVersions":["v1beta1"]}})";

// /apis/apiregistration.k8s.io/v1/apiservices
inline constexpr std::string_view kApiServices =
    R"({"kind":"APIServiceList","apiVersion":"apiregistration.k8s.io/v1",)"
    R"("metadata":{"resourceVersion":"222"},"items":[{"metadata":{"name":"v1.",)"
    R"("uid":"b5cec69f-f225-4bd5-951d-36c6e559f738","resourceVersion":"8",)"
    R"("creationTimestamp":"2026-11-25T03:06:07Z",)"
    R"("labels":{"kube-aggregator.kubernetes.io/automanaged":"onstart"}},"spec":{"version":"v1",)"
    R"("groupPriorityMinimum":18000,"versionPriority":1},)"
    R"("status":{"conditions":[{"type":"Available","status":"True",)"
    R"("lastTransitionTime":"2026-11-25T03:06:07Z","reason":"Local",)"
    R"("message":"Local APIServices are always available"}]}},{"metadata":{"name":"v1.apps",)"
    R"("uid":"9bd61205-9800-4ec0-9fb8-694467777164","resourceVersion":"10",)"
    R"("creationTimestamp":"2026-11-25T03:06:07Z",)"
    R"("labels":{"kube-aggregator.kubernetes.io/automanaged":"onstart"}},"spec":{"group":"apps",)"
    R"("version":"v1","groupPriorityMinimum":17800,"versionPriority":15},)"
    R"("status":{"conditions":[{"type":"Available","status":"True",)"
    R"("lastTransitionTime":"2026-11-25T03:06:07Z","reason":"Local",)"
    R"("message":"Local APIServices are always available"}]}},)"
    R"({"metadata":{"name":"v1beta1.metrics.k8s.io","uid":"e23a8232-655d-4619-9a5d-baa2871e8c0f",)"
    R"("resourceVersion":"222","creationTimestamp":"2026-11-25T03:06:29Z"},)"
    R"("spec":{"service":{"namespace":"kube-system","name":"metrics-server","port":443},)"
    R"("group":"metrics.k8s.io","version":"v1beta1","insecureSkipTLSVerify":true,)"
    R"("groupPriorityMinimum":100,"versionPriority":100},)"
    R"("status":{"conditions":[{"type":"Available","status":"False",)"
    R"("lastTransitionTime":"2026-11-25T03:06:29Z","reason":"ServiceNotFound",)"
    R"("message":"service/metrics-server in \"kube-system\" is not present"}]}}]})";

}  // namespace kencrypt::fakes
