#include "doctor/access.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "kube/json_walk.h"

namespace kencrypt::doctor {
namespace {

constexpr std::string_view kGroup = "rbac.authorization.k8s.io";
constexpr std::array<std::string_view, 3> kReading = {"get", "list", "watch"};
constexpr std::string_view kControlPlane = "kube-system";

bool is_binding(const kube::Resource& resource) { return resource.plural.ends_with("bindings"); }

// Everybody, or every program: whoever may read through these is nobody in particular.
bool is_everybody(const Subject& subject) {
  const std::string& name = subject.name;
  if (subject.kind == "User") return name == "system:anonymous";
  return subject.kind == "Group" && (name == "system:authenticated" || name == "system:unauthenticated" ||
                                     name == "system:serviceaccounts" || name.starts_with("system:serviceaccounts:"));
}

// The control plane itself: it reads Secrets to do its work, or can get at everything anyhow. As a user a service account
// is called system:serviceaccount:NAMESPACE:NAME.
bool is_control_plane(const Reader& reader) {
  const Subject& subject = reader.subject;
  const bool program = subject.kind == "ServiceAccount" || subject.name.starts_with("system:serviceaccount:");
  if (program) return reader.bootstrap && subject.name_space == kControlPlane;
  return subject.name.starts_with("system:") || (subject.kind == "Group" && subject.name == "kubeadm:cluster-admins");
}

}  // namespace

std::string Subject::text() const {
  return name_space.empty() ? fmt::format("{}:{}", kind, name) : fmt::format("{}:{}/{}", kind, name_space, name);
}

// One page of a list.
class AccessReader::Page {
 public:
  Page(AccessReader& all, const kube::Resource& resource) : all_(all), resource_(resource) {}

  bool read(std::string_view json) {
    return kube::walk_json(json, {.on_leaf = [this](auto path, auto value) { leaf(path, value); },
                                  .on_end = [this](auto path) { end(path); }});
  }
  bool is_list() const { return kind_.ends_with("List"); }

 private:
  struct Rule {
    std::set<std::string, std::less<>> verbs, groups, resources;
    bool named = false;
  };

  void leaf(std::string_view path, std::string_view value) {
    if (path == ".kind") kind_ = value;
    if (path == ".items[].metadata.name") name_ = value;
    if (path == ".items[].metadata.namespace") name_space_ = value;
    if (path == ".items[].metadata.labels.kubernetes.io/bootstrapping") bootstrap_ = value == "rbac-defaults";
    is_binding(resource_) ? binding_leaf(path, value) : rule_leaf(path, value);
  }
  void rule_leaf(std::string_view path, std::string_view value) {
    if (path == ".items[].rules[].verbs[]") rule_.verbs.emplace(value);
    if (path == ".items[].rules[].apiGroups[]") rule_.groups.emplace(value);
    if (path == ".items[].rules[].resources[]") rule_.resources.emplace(value);
    if (path == ".items[].rules[].resourceNames[]") rule_.named = true;
  }
  void binding_leaf(std::string_view path, std::string_view value) {
    if (path == ".items[].roleRef.kind") role_kind_ = value;
    if (path == ".items[].roleRef.name") role_ = value;
    if (path == ".items[].subjects[].kind") subject_.kind = value;
    if (path == ".items[].subjects[].name") subject_.name = value;
    if (path == ".items[].subjects[].namespace") subject_.name_space = value;
  }

  void end(std::string_view path) {
    if (path == ".items[].rules[]") end_rule(std::exchange(rule_, {}));
    if (path == ".items[].subjects[]") subjects_.push_back(std::exchange(subject_, {}));
    if (path == ".items[]") end_item();
  }
  void end_rule(const Rule& rule) {
    const auto has = [](const auto& words, std::string_view word) { return words.contains(word) || words.contains("*"); };
    if (rule.named || !has(rule.groups, "") || !has(rule.resources, "secrets")) return;
    for (const std::string_view verb : kReading)
      if (has(rule.verbs, verb)) verbs_.emplace(verb);
  }
  void end_item() {
    if (is_binding(resource_))
      end_binding();
    else if (!verbs_.empty())
      all_.roles_[{name_space_, name_}] = verbs_;
    verbs_.clear();
    subjects_.clear();
    name_.clear();
    name_space_.clear();
    bootstrap_ = false;
  }
  void end_binding() {
    const auto role = all_.roles_.find({role_kind_ == "Role" ? name_space_ : "", role_});
    if (role == all_.roles_.end()) return;
    const std::string kind = name_space_.empty() ? "ClusterRoleBinding" : "RoleBinding";
    for (const Subject& subject : subjects_) {
      Reader& reader = all_.readers_[{subject, name_space_}];
      reader.subject = subject;
      reader.name_space = name_space_;
      reader.verbs.insert(role->second.begin(), role->second.end());
      reader.bindings.insert(fmt::format("{}/{}", kind, name_));
      reader.bootstrap = reader.bootstrap && bootstrap_;
    }
  }

  AccessReader& all_;
  const kube::Resource& resource_;
  std::string kind_, name_, name_space_, role_kind_, role_;
  bool bootstrap_ = false;
  Rule rule_;
  std::set<std::string> verbs_;
  Subject subject_;
  std::vector<Subject> subjects_;
};

Result<void> AccessReader::take(const kube::Resource& resource, std::string_view page) {
  Page reader(*this, resource);
  if (!reader.read(page) || !reader.is_list())
    return fail(ErrorKind::protocol, fmt::format("the server's reply is no list of {} in JSON", resource.plural));
  if (roles_.size() + readers_.size() > kMaxGrants)
    return fail(ErrorKind::too_large, fmt::format("more than {} roles and subjects have to do with Secrets", kMaxGrants));
  return {};
}

std::vector<Reader> AccessReader::readers() const {
  std::vector<Reader> list;
  for (const auto& [who, reader] : readers_) list.push_back(reader);
  return list;
}

std::vector<kube::Resource> rbac_resources() {
  std::vector<kube::Resource> list;
  for (const auto& [plural, namespaced] : {std::pair("clusterroles", false), std::pair("roles", true),
                                           std::pair("clusterrolebindings", false), std::pair("rolebindings", true)})
    list.push_back({.group = std::string(kGroup), .version = "v1", .plural = plural, .namespaced = namespaced});
  return list;
}

void check_readers(const std::vector<Reader>& readers, const std::set<std::string>& allowed, Diagnosis& diagnosis) {
  diagnosis.made(CheckId::secret_readers);
  for (const Reader& reader : readers) {
    const bool everybody = is_everybody(reader.subject);
    const bool far = reader.name_space.empty() || reader.name_space == kControlPlane;
    if (allowed.contains(reader.subject.text())) continue;
    if (!everybody && (!far || is_control_plane(reader))) continue;
    const std::string where =
        reader.name_space.empty() ? "all Secrets" : fmt::format("the Secrets of namespace {}", reader.name_space);
    std::string evidence =
        fmt::format("may {} {}, by {}", fmt::join(reader.verbs, ", "), where, fmt::join(reader.bindings, ", "));
    std::string remedy = fmt::format("kubectl delete {}{}; if that is meant: --allow-reader '{}'",
                                     fmt::join(reader.bindings, " "),
                                     reader.name_space.empty() ? "" : fmt::format(" -n {}", reader.name_space),
                                     reader.subject.text());
    if (everybody)
      diagnosis.error(CheckId::secret_readers, reader.subject.text(), std::move(evidence), std::move(remedy));
    else
      diagnosis.warning(CheckId::secret_readers, reader.subject.text(), std::move(evidence), std::move(remedy));
  }
}

}  // namespace kencrypt::doctor
