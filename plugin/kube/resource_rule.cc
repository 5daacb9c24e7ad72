#include "kube/resource_rule.h"

namespace kencrypt::kube {

ResourceRule parse_resource_rule(std::string_view text) {
  const auto dot = text.find('.');
  if (dot == std::string_view::npos) return {std::string(text), ""};
  return {std::string(text.substr(0, dot)), std::string(text.substr(dot + 1))};
}

std::array<ResourceRule, 3> rules_for(std::string_view plural, std::string_view group) {
  return {{{std::string(plural), std::string(group)}, {"*", std::string(group)}, {"*", "*"}}};
}

}  // namespace kencrypt::kube
