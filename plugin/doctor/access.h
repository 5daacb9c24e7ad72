// Who may read Secrets by RBAC. Pure.
//
// A subject may, if a binding gives it a role of which a rule has one of the verbs get, list, watch on secrets of the core
// group (k8s.io/kubernetes plugin/pkg/auth/authorizer/rbac; pkg/registry/rbac/validation). Aggregated ClusterRoles have
// the rules of the others in them. Who may create Pods, or impersonate somebody, can get at Secrets as well: that is not
// looked at, and neither are authorizers besides RBAC.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "doctor/diagnosis.h"
#include "kube/resource.h"

namespace kencrypt::doctor {

struct Subject {
  std::string kind;  // User, Group, ServiceAccount
  std::string name_space;
  std::string name;

  // "User:jane", "ServiceAccount:ns/name", as --allow-reader takes it.
  std::string text() const;
  friend auto operator<=>(const Subject&, const Subject&) = default;
};

// Somebody who may read Secrets: all, or those of a namespace.
struct Reader {
  Subject subject;
  std::string name_space;          // "": all namespaces
  std::set<std::string> verbs;     // of get, list, watch
  std::set<std::string> bindings;  // "ClusterRoleBinding/ops"
  bool bootstrap = true;           // all of `bindings` are Kubernetes' own
};

// Roles that let read Secrets, and bindings to them; a cluster has fewer.
inline constexpr std::size_t kMaxGrants = 100'000;

// Reads what the API server lists, a page at a time: first all roles, then all bindings.
class AccessReader {
 public:
  // Pages of a list of roles or bindings. `resource` is one of rbac_resources(). Errors: protocol; too_large.
  Result<void> take(const kube::Resource& resource, std::string_view page);
  // By subject and namespace. Those that may read Secrets of some names alone are left out.
  std::vector<Reader> readers() const;

 private:
  class Page;
  using Role = std::pair<std::string, std::string>;  // namespace, "" of a ClusterRole; name

  std::map<Role, std::set<std::string>> roles_;  // verbs on Secrets; those without any are left out
  std::map<std::pair<Subject, std::string>, Reader> readers_;
};

// In the order in which they have to be read.
std::vector<kube::Resource> rbac_resources();

// Of everybody outside the control plane who may read all Secrets, or those of kube-system, and of groups of everybody who
// may read any. `allowed`: Subject::text() of those who are meant to.
void check_readers(const std::vector<Reader>& readers, const std::set<std::string>& allowed, Diagnosis& diagnosis);

}  // namespace kencrypt::doctor
