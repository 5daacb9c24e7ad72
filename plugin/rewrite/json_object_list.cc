#include "rewrite/json_object_list.h"

#include <fmt/format.h>

#include <algorithm>

#include "kube/json_dom.h"
#include "kube/json_text.h"

namespace kencrypt::rewrite {
namespace {

using kube::json_string;

std::string item_text(const kube::Resource& resource, const kube::ObjectName& object) {
  return fmt::format(R"(  {{"group":{},"version":{},"resource":{},"namespaced":{},"namespace":{},"name":{}}})",
                     json_string(resource.group), json_string(resource.version), json_string(resource.plural),
                     resource.namespaced, json_string(object.name_space), json_string(object.name));
}

bool same(const kube::Resource& a, const kube::Resource& b) {
  return a.group == b.group && a.version == b.version && a.plural == b.plural;
}

void add(std::vector<Target>& targets, kube::Resource resource, kube::ObjectName object) {
  for (Target& known : targets)
    if (same(known.resource, resource)) return known.names.push_back(std::move(object));
  targets.push_back({std::move(resource), {}, {std::move(object)}});
}

bool add_item(std::vector<Target>& targets, const rapidjson::Value& item) {
  kube::Resource resource{.group = std::string(kube::text_in(item, "group")),
                          .version = std::string(kube::text_in(item, "version")),
                          .plural = std::string(kube::text_in(item, "resource")),
                          .namespaced = kube::true_in(item, "namespaced")};
  kube::ObjectName object{std::string(kube::text_in(item, "namespace")), std::string(kube::text_in(item, "name"))};
  const bool whole = !resource.version.empty() && !resource.plural.empty() && !object.name.empty() &&
                     resource.namespaced == !object.name_space.empty();
  if (whole) add(targets, std::move(resource), std::move(object));
  return whole;
}

std::unexpected<Error> not_a_list() {
  return fail(ErrorKind::config, "it is not an ObjectList of kubectl-encrypt/v1, as --failed-to writes it");
}

}  // namespace

std::string object_list_text(const std::vector<Failure>& failures, const std::vector<Target>& targets) {
  std::string items;
  for (const Failure& failure : failures)
    items += (items.empty() ? "\n" : ",\n") + item_text(targets.at(failure.target).resource, failure.object);
  return fmt::format("{{\"apiVersion\":\"kubectl-encrypt/v1\",\"kind\":\"ObjectList\",\"items\":[{}]}}\n", items);
}

Result<std::vector<Target>> parse_object_list(std::string_view text) {
  rapidjson::Document tree;
  if (!kube::parse_tree(text, tree) || kube::text_in(tree, "kind") != "ObjectList" ||
      kube::text_in(tree, "apiVersion") != "kubectl-encrypt/v1")
    return not_a_list();
  std::vector<Target> targets;
  bool whole = true;
  kube::each_in(tree, "items", [&](const rapidjson::Value& item) { whole = add_item(targets, item) && whole; });
  if (!whole) return not_a_list();
  for (Target& target : targets) {
    std::sort(target.names.begin(), target.names.end());
    target.names.erase(std::unique(target.names.begin(), target.names.end()), target.names.end());
  }
  return targets;
}

}  // namespace kencrypt::rewrite
