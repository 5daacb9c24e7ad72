#include "kube/json_discovery.h"

#include <algorithm>

#include "kube/json_dom.h"

namespace kencrypt::kube {
namespace {

std::unexpected<Error> no_discovery() {
  return fail(ErrorKind::protocol, "the server's reply is not a Kubernetes discovery document in JSON");
}

// Names go into URLs and messages: only what DNS-1123 allows (k8s.io/apimachinery pkg/util/validation),
// in which every name of a group, version or resource is written.
bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

bool usable(const GroupVersion& one) {
  return is_name(one.version) && (one.group.empty() || is_name(one.group));
}

std::vector<std::string> texts_in(const rapidjson::Value& value, const char* name) {
  std::vector<std::string> texts;
  each_in(value, name, [&texts](const rapidjson::Value& one) {
    if (one.IsString()) texts.emplace_back(one.GetString(), one.GetStringLength());
  });
  return texts;
}

ApiResource read_resource(const rapidjson::Value& value, const GroupVersion& served,
                          const char* plural, const char* singular) {
  ApiResource resource;
  resource.served = served;
  resource.plural = text_in(value, plural);
  resource.singular = text_in(value, singular);
  resource.short_names = texts_in(value, "shortNames");
  resource.verbs = texts_in(value, "verbs");
  return resource;
}

// One version of an APIGroupDiscovery.
bool read_version(const rapidjson::Value& value, std::string_view group, Discovery& found) {
  const GroupVersion served{std::string(group), std::string(text_in(value, "version"))};
  if (!usable(served)) return false;
  if (text_in(value, "freshness") == "Stale") {
    found.unavailable.push_back(served);
    return true;
  }
  bool sound = true;
  each_in(value, "resources", [&](const rapidjson::Value& one) {
    ApiResource resource = read_resource(one, served, "resource", "singularResource");
    resource.namespaced = text_in(one, "scope") == "Namespaced";
    sound = sound && is_name(resource.plural);
    found.resources.push_back(std::move(resource));
  });
  return sound;
}

bool read_groups(const rapidjson::Value& list, Discovery& found) {
  bool sound = true;
  each_in(list, "items", [&](const rapidjson::Value& group) {
    const rapidjson::Value* metadata = member(group, "metadata");
    const std::string_view name = metadata == nullptr ? "" : text_in(*metadata, "name");
    each_in(group, "versions", [&](const rapidjson::Value& version) {
      sound = read_version(version, name, found) && sound;
    });
  });
  return sound;
}

// The preferred version first.
void read_group_versions(const rapidjson::Value& group, std::vector<GroupVersion>& versions) {
  const std::string name(text_in(group, "name"));
  const rapidjson::Value* preferred = member(group, "preferredVersion");
  const std::string first(preferred == nullptr ? "" : text_in(*preferred, "version"));
  if (!first.empty()) versions.push_back({name, first});
  each_in(group, "versions", [&](const rapidjson::Value& one) {
    const std::string version(text_in(one, "version"));
    if (version != first) versions.push_back({name, version});
  });
}

}  // namespace

Result<DiscoveryRoot> parse_discovery_root(std::string_view json) {
  rapidjson::Document tree;
  if (!parse_tree(json, tree)) return no_discovery();
  DiscoveryRoot root;
  const std::string_view kind = text_in(tree, "kind");
  if (kind == "APIGroupDiscoveryList") {
    if (!read_groups(tree, root.known)) return no_discovery();
  } else if (kind == "APIVersions") {
    for (std::string& version : texts_in(tree, "versions")) root.to_ask.push_back({"", std::move(version)});
  } else if (kind == "APIGroupList") {
    each_in(tree, "groups", [&root](const auto& group) { read_group_versions(group, root.to_ask); });
  } else {
    return no_discovery();
  }
  if (!std::all_of(root.to_ask.begin(), root.to_ask.end(), usable)) return no_discovery();
  return root;
}

Result<std::vector<ApiResource>> parse_resource_list(std::string_view json, const GroupVersion& served) {
  rapidjson::Document tree;
  if (!parse_tree(json, tree) || text_in(tree, "kind") != "APIResourceList") return no_discovery();
  std::vector<ApiResource> resources;
  bool sound = true;
  each_in(tree, "resources", [&](const rapidjson::Value& one) {
    ApiResource resource = read_resource(one, served, "name", "singularName");
    if (resource.plural.find('/') != std::string::npos) return;  // a subresource
    resource.namespaced = true_in(one, "namespaced");
    sound = sound && is_name(resource.plural);
    resources.push_back(std::move(resource));
  });
  if (!sound) return no_discovery();
  return resources;
}

}  // namespace kencrypt::kube
