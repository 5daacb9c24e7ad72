#include "config/resource_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "config/go_text.h"
#include "kube/resource_rule.h"

namespace kencrypt::config {
namespace {

using kube::ResourceRule;

constexpr std::array<std::string_view, 3> kWithoutApi = {"apiserveripinfo", "serviceipallocations",
                                                         "servicenodeportallocations"};

struct Refusal {
  std::string message;  // "": none
  std::string advice;
};

Refusal refusal_of(std::string_view name) {
  if (has_capital(name)) return {"a resource's name has no capital letters", "write it in lower case, in the plural"};
  if (name == "*") return {"* alone names nothing", "write '*.' for the core group, or '*.*' for everything"};
  if (std::find(kWithoutApi.begin(), kWithoutApi.end(), name) != kWithoutApi.end())
    return {fmt::format("{} cannot be encrypted: it has no REST API", name), "leave it out"};
  const ResourceRule rule = kube::parse_resource_rule(name);
  if (rule.group == "events.k8s.io")
    return {"events are stored in the core group whatever group they are read from", "write events"};
  if (rule.group == "extensions") return {"the group extensions is no more", "name the group that has the resource now"};
  if (rule.group == "*" && rule.plural != "*")
    return {"one resource in all groups cannot be named", "name the resource and its group, or write '*.*'"};
  return {};
}

ResourceRule rule_of(const Text& resource) { return kube::parse_resource_rule(resource.view()); }

bool is_everything(const ResourceRule& rule) { return rule.plural == "*" && rule.group == "*"; }

// validateResourceOverlap(), of two different elements.
bool overlap(const ResourceRule& a, const ResourceRule& b) {
  if (is_everything(a) || is_everything(b)) return true;
  return a.group == b.group && (a.plural == "*" || b.plural == "*");
}

void check_pairs(const Entry& entry, Findings& findings) {
  for (std::size_t i = 1; i < entry.resources.size(); ++i) {
    const ResourceRule rule = rule_of(entry.resources[i]);
    const Text& here = entry.resources[i];
    for (std::size_t j = 0; j < i; ++j) {
      const ResourceRule other = rule_of(entry.resources[j]);
      if (rule == other)
        findings.error("overlapping-resources", here.place, here.field, "the same resource stands in this list twice",
                       "leave it out here");
      else if (overlap(rule, other))
        findings.error("overlapping-resources", here.place, here.field,
                       fmt::format("this and {} of the same list overlap", entry.resources[j].field),
                       "leave out the one that the other covers");
      else
        continue;
      break;
    }
  }
}

std::string shown(const ResourceRule& rule) { return fmt::format("{}.{}", rule.plural, rule.group); }

}  // namespace

void check_resources(const Entry& entry, Findings& findings) {
  for (const Text& resource : entry.resources) {
    const Refusal refusal = refusal_of(resource.view());
    if (!refusal.message.empty())
      findings.error("resource-name", resource.place, resource.field, refusal.message, refusal.advice);
  }
  check_pairs(entry, findings);
}

// Each name is looked for among those before it, its own list's included (config.go).
void check_masked(const Model& model, Findings& findings) {
  std::set<std::string, std::less<>> groups;  // whose wildcard there was
  for (const Entry& entry : model.entries)
    for (const Text& resource : entry.resources) {
      const ResourceRule rule = rule_of(resource);
      const bool everything = groups.contains("*");
      if (everything || groups.contains(rule.group))
        findings.error("masked-resource", resource.place, resource.field,
                       fmt::format("'{}' further up covers this already", shown({"*", everything ? "*" : rule.group})),
                       "move this entry before that of the wildcard");
      if (rule.plural == "*") groups.insert(rule.group);
    }
}

}  // namespace kencrypt::config
