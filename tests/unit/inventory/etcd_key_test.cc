#include "inventory/etcd_key.h"

#include <catch2/catch.hpp>

namespace kencrypt::inventory {
namespace {

std::string words(std::string_view key, std::string_view prefix = kDefaultPrefix) {
  const auto object = parse_etcd_key(key, prefix);
  if (!object) return "none";
  return group_resource(*object) + " " + std::string(object->name_space) + " " + std::string(object->name) +
         (object->group_unknown ? " ?" : "");
}

TEST_CASE("a key of etcd tells resource, namespace and name") {
  CHECK(words("/registry/secrets/default/db") == "secrets default db");
  CHECK(words("/registry/deployments/web/front") == "deployments.apps web front");
  CHECK(words("/registry/namespaces/default") == "namespaces  default");
  CHECK(words("/registry/minions/node-1") == "nodes  node-1");
  CHECK(words("/registry/controllers/a/b") == "replicationcontrollers a b");
  CHECK(words("/registry/services/specs/a/b") == "services a b");
  CHECK(words("/registry/services/endpoints/a/b") == "endpoints a b");
  CHECK(words("/registry/ingress/a/b") == "ingresses.networking.k8s.io a b");
  CHECK(words("/registry/clusterroles/system:node") == "clusterroles.rbac.authorization.k8s.io  system:node");
  CHECK(words("/registry/example.com/widgets/a/b") == "widgets.example.com a b");
  CHECK(words("/registry/example.com/globals/b") == "globals.example.com  b");
  CHECK(words("/registry/apiregistration.k8s.io/apiservices/v1.") == "apiservices.apiregistration.k8s.io  v1.");
}

TEST_CASE("a built-in resource that is not in the table is told without its group") {
  CHECK(words("/registry/gizmos/a/b") == "gizmos a b ?");
}

TEST_CASE("keys that are no objects") {
  for (const char* key :
       {"compact_rev_key", "/registry", "/registry/", "/registry/masterleases/10.0.0.1", "/registry/ranges/serviceips",
        "/registry/peerserverleases/x", "/registry/secrets", "/registry/secrets/", "/registry/secrets/a/",
        "/registry/secrets/a/b/c", "/registry/services/other/a/b", "/registry/example.com", "/registryx/secrets/a/b",
        "/other/secrets/a/b", ""}) {
    CAPTURE(key);
    CHECK(words(key) == "none");
  }
}

TEST_CASE("another prefix of etcd, with or without a slash at its end") {
  CHECK(words("/kubernetes.io/secrets/a/b", "/kubernetes.io") == "secrets a b");
  CHECK(words("/kubernetes.io/secrets/a/b", "/kubernetes.io/") == "secrets a b");
  CHECK(words("/registry/secrets/a/b", "/kubernetes.io") == "none");
}

TEST_CASE("where the objects of a resource are in etcd") {
  CHECK(storage_prefix(kube::secrets_resource()) == "/registry/secrets/");
  CHECK(storage_prefix({"apps", "v1", "deployments"}) == "/registry/deployments/");
  CHECK(storage_prefix({"", "v1", "nodes", false}) == "/registry/minions/");
  CHECK(storage_prefix({"", "v1", "endpoints"}) == "/registry/services/endpoints/");
  CHECK(storage_prefix({"example.com", "v1", "widgets"}, "/k/") == "/k/example.com/widgets/");
}

}  // namespace
}  // namespace kencrypt::inventory
