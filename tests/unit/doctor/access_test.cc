#include "doctor/access.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <catch2/catch.hpp>

#include "unit/doctor/findings.h"

using namespace kencrypt;

namespace {

std::string list(const std::string& kind, const std::string& items) {
  return fmt::format(R"({{"kind":"{}","apiVersion":"rbac.authorization.k8s.io/v1","metadata":{{}},"items":[{}]}})", kind, items);
}

std::string role(const std::string& name, const std::string& rules, const std::string& name_space = "") {
  return fmt::format(R"({{"metadata":{{"name":"{}","namespace":"{}"}},"rules":[{}]}})", name, name_space, rules);
}

std::string rule(const std::string& groups, const std::string& resources, const std::string& verbs, const std::string& more = "") {
  return fmt::format(R"({{"apiGroups":[{}],"resources":[{}],"verbs":[{}]{}}})", groups, resources, verbs, more);
}

const std::string kReads = rule(R"("")", R"("secrets")", R"("get","list")");

std::string binding(const std::string& name, const std::string& kind, const std::string& role, const std::string& subjects,
                    const std::string& name_space = "", bool bootstrap = false) {
  return fmt::format(R"({{"metadata":{{"name":"{}","namespace":"{}","labels":{{{}}}}},"roleRef":{{"apiGroup":"x","kind":"{}","name":"{}"}},"subjects":[{}]}})",
                     name, name_space, bootstrap ? R"("kubernetes.io/bootstrapping":"rbac-defaults")" : "", kind, role, subjects);
}

std::string subject(const std::string& kind, const std::string& name, const std::string& name_space = "") {
  return fmt::format(R"({{"kind":"{}","name":"{}","namespace":"{}"}})", kind, name, name_space);
}

// Pages of cluster roles, roles, cluster role bindings and role bindings.
std::vector<doctor::Reader> readers(const std::string& cluster_roles, const std::string& roles, const std::string& cluster_bindings,
                                    const std::string& bindings) {
  doctor::AccessReader reader;
  const auto resources = doctor::rbac_resources();
  REQUIRE(reader.take(resources[0], list("ClusterRoleList", cluster_roles)));
  REQUIRE(reader.take(resources[1], list("RoleList", roles)));
  REQUIRE(reader.take(resources[2], list("ClusterRoleBindingList", cluster_bindings)));
  REQUIRE(reader.take(resources[3], list("RoleBindingList", bindings)));
  return reader.readers();
}

std::vector<doctor::Reader> bound(const std::string& subject, bool bootstrap = false) {
  return readers(role("r", kReads), "", binding("b", "ClusterRole", "r", subject, "", bootstrap), "");
}

std::string judged(const std::vector<doctor::Reader>& list, const std::set<std::string>& allowed = {}) {
  doctor::Diagnosis diagnosis;
  doctor::check_readers(list, allowed, diagnosis);
  return fakes::found(diagnosis);
}

std::string verbs_by(const std::string& rules) {
  const auto found = readers(role("r", rules), "", binding("b", "ClusterRole", "r", subject("User", "u")), "");
  return found.empty() ? "" : fmt::format("{}", fmt::join(found.front().verbs, ","));
}

}  // namespace

TEST_CASE("access: which rules let read Secrets", "[doctor]") {
  CHECK(verbs_by(kReads) == "get,list");
  CHECK(verbs_by(rule(R"("*")", R"("*")", R"("*")")) == "get,list,watch");
  CHECK(verbs_by(rule(R"("","apps")", R"("pods","secrets")", R"("watch")")) == "watch");
  CHECK(verbs_by(rule(R"("")", R"("pods")", R"("get")") + "," + rule(R"("")", R"("secrets")", R"("get")")) == "get");
  CHECK(verbs_by(rule(R"("apps")", R"("secrets")", R"("get")")).empty());
  CHECK(verbs_by(rule(R"("")", R"("configmaps")", R"("*")")).empty());
  CHECK(verbs_by(rule(R"("")", R"("secrets/status")", R"("get")")).empty());
  CHECK(verbs_by(rule(R"("")", R"("secrets")", R"("create","update")")).empty());
  CHECK(verbs_by(rule(R"("")", R"("secrets")", R"("get")", R"(,"resourceNames":["one"])")).empty());
}

TEST_CASE("access: subjects and what gives them the right", "[doctor]") {
  const auto found = readers(role("all", kReads), role("some", kReads, "a") + "," + role("none", rule(R"("")", R"("pods")", R"("*")"), "a"),
                             binding("one", "ClusterRole", "all", subject("User", "u") + "," + subject("Group", "g")) + "," +
                                 binding("two", "ClusterRole", "all", subject("User", "u")) + "," +
                                 binding("dangling", "ClusterRole", "absent", subject("User", "x")),
                             binding("here", "Role", "some", subject("ServiceAccount", "s", "b"), "a") + "," +
                                 binding("there", "ClusterRole", "all", subject("User", "u"), "a") + "," +
                                 binding("elsewhere", "Role", "some", subject("User", "x"), "b") + "," +
                                 binding("pods", "Role", "none", subject("User", "y"), "a"));
  std::string text;
  for (const doctor::Reader& one : found)
    text += fmt::format("{} in '{}' by {}\n", one.subject.text(), one.name_space, fmt::join(one.bindings, ","));
  CHECK(text ==
        "Group:g in '' by ClusterRoleBinding/one\n"
        "ServiceAccount:b/s in 'a' by RoleBinding/here\n"
        "User:u in '' by ClusterRoleBinding/one,ClusterRoleBinding/two\n"
        "User:u in 'a' by RoleBinding/there\n");
}

TEST_CASE("access: the control plane is no finding, everybody is", "[doctor]") {
  CHECK(judged(bound(subject("User", "jane"))) == "warning secret-readers");
  CHECK(judged(bound(subject("ServiceAccount", "default", "kube-system"))) == "warning secret-readers");
  CHECK(judged(bound(subject("ServiceAccount", "job-controller", "kube-system"), true)).empty());
  CHECK(judged(bound(subject("ServiceAccount", "default", "other"), true)) == "warning secret-readers");
  CHECK(judged(bound(subject("User", "system:serviceaccount:other:default"))) == "warning secret-readers");
  CHECK(judged(bound(subject("Group", "system:masters"))).empty());
  CHECK(judged(bound(subject("Group", "kubeadm:cluster-admins"))).empty());
  CHECK(judged(bound(subject("User", "kubeadm:cluster-admins"))) == "warning secret-readers");
  CHECK(judged(bound(subject("User", "system:kube-controller-manager"))).empty());
  for (const char* group : {"system:authenticated", "system:unauthenticated", "system:serviceaccounts", "system:serviceaccounts:a"})
    CHECK(judged(bound(subject("Group", group), true)) == "error secret-readers");
  CHECK(judged(bound(subject("User", "system:anonymous"))) == "error secret-readers");
}

TEST_CASE("access: who reads the Secrets of one namespace", "[doctor]") {
  const auto in = [](const std::string& name_space, const std::string& who) {
    return judged(readers(role("r", kReads), "", "", binding("b", "ClusterRole", "r", who, name_space)));
  };
  CHECK(in("shop", subject("User", "jane")).empty());
  CHECK(in("kube-system", subject("User", "jane")) == "warning secret-readers");
  CHECK(in("shop", subject("Group", "system:authenticated")) == "error secret-readers");
}

TEST_CASE("access: those who are meant to", "[doctor]") {
  CHECK(judged(bound(subject("User", "jane")), {"User:jane"}).empty());
  CHECK(judged(bound(subject("User", "jane")), {"Group:jane"}) == "warning secret-readers");
  CHECK(judged(bound(subject("ServiceAccount", "velero", "backup")), {"ServiceAccount:backup/velero"}).empty());
}

TEST_CASE("access: pages, and what is none", "[doctor]") {
  doctor::AccessReader reader;
  const auto resources = doctor::rbac_resources();
  CHECK(reader.take(resources[0], list("ClusterRoleList", role("a", kReads))));
  CHECK(reader.take(resources[0], list("ClusterRoleList", role("b", kReads))));
  CHECK(reader.take(resources[2], list("ClusterRoleBindingList", binding("b", "ClusterRole", "b", subject("User", "u")))));
  CHECK(reader.readers().size() == 1);
  for (const char* text : {"", "[]", R"({"kind":"Status"})", R"({"kind":"ClusterRoleList","items":[)"})
    CHECK(reader.take(resources[0], text).error().kind == ErrorKind::protocol);
}

TEST_CASE("access: more roles than are kept", "[doctor]") {
  doctor::AccessReader reader;
  const auto resources = doctor::rbac_resources();
  std::string items;
  for (std::size_t i = 0; i <= doctor::kMaxGrants; ++i) items += (i == 0 ? "" : ",") + role(fmt::format("r{}", i), kReads);
  CHECK(reader.take(resources[0], list("ClusterRoleList", items)).error().kind == ErrorKind::too_large);
}
