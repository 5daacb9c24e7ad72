// Which object a key of etcd belongs to, by the key alone.
//
// The API server stores an object at "<--etcd-prefix>/<resource prefix>/<namespace>/<name>", without the namespace
// where the resource has none. The resource prefix of a built-in resource is its plural without a group, but for a few
// old ones ("minions" are nodes); custom and aggregated resources have "<group>/<plural>" (k8s.io/kubernetes
// pkg/kubeapiserver/default_storage_factory_builder.go, SpecialDefaultResourcePrefixes; k8s.io/apiserver
// pkg/server/storage/storage_factory.go, ResourcePrefix; k8s.io/apiextensions-apiserver pkg/apiserver/apiserver.go,
// CRDRESTOptionsGetter). The group of a built-in one, which an EncryptionConfiguration asks for, comes from a table of
// what Kubernetes 1.24 to 1.37 have.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kube/resource.h"

namespace kencrypt::inventory {

// As kube-apiserver's --etcd-prefix.
inline constexpr std::string_view kDefaultPrefix = "/registry";

struct EtcdKey {
  std::string_view group;   // "" for the core group
  std::string_view plural;  // of the URL: "nodes", not "minions"
  std::string_view name_space;  // "" for cluster-scoped objects
  std::string_view name;
  // The group was neither in the key nor in the table: a built-in resource newer than this program.
  bool group_unknown = false;
};

// The views are part of `key` or have static lifetime. nullopt for a key that is no object of an API: one outside of
// `prefix`, or one of the API server's own notes (masterleases, ranges, peerserverleases, compact_rev_key).
std::optional<EtcdKey> parse_etcd_key(std::string_view key, std::string_view prefix = kDefaultPrefix);

// "secrets", "deployments.apps".
std::string group_resource(const EtcdKey& key);

// Below which prefix of etcd's keys the objects of `resource` are, with the closing slash.
std::string storage_prefix(const kube::Resource& resource, std::string_view prefix = kDefaultPrefix);

}  // namespace kencrypt::inventory
