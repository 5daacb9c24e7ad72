#include "kube/json_definition.h"

#include "kube/json_dom.h"

namespace kencrypt::kube {

Result<std::vector<DefinedVersion>> parse_defined_versions(std::string_view json) {
  rapidjson::Document tree;
  std::vector<DefinedVersion> versions;
  if (parse_tree(json, tree) && text_in(tree, "kind") == "CustomResourceDefinition")
    if (const rapidjson::Value* spec = member(tree, "spec"))
      each_in(*spec, "versions", [&versions](const rapidjson::Value& one) {
        versions.push_back({std::string(text_in(one, "name")), true_in(one, "served"), true_in(one, "storage")});
      });
  if (versions.empty())
    return fail(ErrorKind::protocol, "the server's reply is not a CustomResourceDefinition in JSON");
  return versions;
}

Result<std::vector<GroupVersion>> parse_passed_on(std::string_view json) {
  rapidjson::Document tree;
  if (!parse_tree(json, tree) || text_in(tree, "kind") != "APIServiceList")
    return fail(ErrorKind::protocol, "the server's reply is not an APIServiceList in JSON");
  std::vector<GroupVersion> passed_on;
  each_in(tree, "items", [&passed_on](const rapidjson::Value& one) {
    const rapidjson::Value* spec = member(one, "spec");
    if (spec == nullptr) return;
    const rapidjson::Value* service = member(*spec, "service");
    if (service == nullptr || !service->IsObject()) return;
    passed_on.push_back({std::string(text_in(*spec, "group")), std::string(text_in(*spec, "version"))});
  });
  return passed_on;
}

}  // namespace kencrypt::kube
