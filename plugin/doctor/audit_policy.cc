#include "doctor/audit_policy.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <utility>

#include "document/tree.h"

namespace kencrypt::doctor {
namespace {

using document::Node;
using Words = std::vector<std::string>;

// Those of requests about Secrets.
constexpr std::array<std::string_view, 8> kVerbs = {"get",    "list",  "watch",  "create",
                                                    "update", "patch", "delete", "deletecollection"};
constexpr std::array<std::string_view, 4> kLevels = {"None", "Metadata", "Request", "RequestResponse"};

struct Rule {
  std::size_t line = 0;
  std::string level;
  bool about_secrets = false;  // it matches some request about Secrets
  // Empty: all.
  Words users{}, groups{}, verbs{}, namespaces{}, names{};

  bool takes(std::string_view verb) const { return verbs.empty() || std::ranges::find(verbs, verb) != verbs.end(); }
  bool restricted() const { return !(users.empty() && groups.empty() && namespaces.empty() && names.empty()); }
};

std::unexpected<Error> refused(std::size_t line, std::string_view why) {
  return fail(ErrorKind::config, fmt::format("line {}: {}", line, why));
}

Result<Words> words_of(const Node& map, std::string_view name) {
  Words words;
  const Node* list = map.find(name);
  if (list == nullptr || list->kind == document::Kind::null) return words;
  if (!list->is_list()) return refused(list->begin.line, fmt::format("{} has to be a list", name));
  for (const Node& item : list->items) {
    if (!item.is_text()) return refused(item.begin.line, fmt::format("{} has to be a list of text", name));
    words.emplace_back(item.text());
  }
  return words;
}

std::string_view text_of(const Node& map, std::string_view name) {
  const Node* node = map.find(name);
  return node == nullptr ? std::string_view() : node->text();
}

bool names_secrets(const Words& resources) {
  return resources.empty() || std::ranges::any_of(resources, [](const std::string& one) {
           return one == "*" || one == "secrets" || one == "secrets/*";
         });
}

// What of `resources` covers Secrets; with names if all that does is about names alone.
Result<void> read_resources(const Node& list, Rule& rule) {
  if (!list.is_list()) return refused(list.begin.line, "resources has to be a list");
  bool any_name = false;
  for (const Node& one : list.items) {
    if (!one.is_map()) return refused(one.begin.line, "an element of resources has to have a group and resources");
    const std::string_view group = text_of(one, "group");
    TRY_ASSIGN(const Words resources, words_of(one, "resources"));
    TRY_ASSIGN(Words names, words_of(one, "resourceNames"));
    if (!(group.empty() || group == "*") || !names_secrets(resources)) continue;
    rule.about_secrets = true;
    any_name = any_name || names.empty();
    std::ranges::move(names, std::back_inserter(rule.names));
  }
  if (any_name) rule.names.clear();
  return {};
}

Result<Rule> read_rule(const Node& node) {
  if (!node.is_map()) return refused(node.begin.line, "a rule has to be a mapping");
  Rule rule{.line = node.begin.line, .level = std::string(text_of(node, "level"))};
  if (std::ranges::find(kLevels, rule.level) == kLevels.end())
    return refused(rule.line, "the level of a rule has to be None, Metadata, Request or RequestResponse");
  TRY_ASSIGN(rule.users, words_of(node, "users"));
  TRY_ASSIGN(rule.groups, words_of(node, "userGroups"));
  TRY_ASSIGN(rule.verbs, words_of(node, "verbs"));
  TRY_ASSIGN(rule.namespaces, words_of(node, "namespaces"));
  TRY_ASSIGN(const Words urls, words_of(node, "nonResourceURLs"));
  const Node* resources = node.find("resources");
  const bool has_resources = resources != nullptr && resources->is_list() && !resources->items.empty();
  rule.about_secrets = !has_resources && (urls.empty() || !rule.namespaces.empty());
  if (has_resources) TRY(read_resources(*resources, rule));
  return rule;
}

Result<std::vector<Rule>> read_rules(const document::Tree& tree) {
  const Node& root = tree.root;
  if (!root.is_map() || text_of(root, "kind") != "Policy" || text_of(root, "apiVersion") != "audit.k8s.io/v1")
    return fail(ErrorKind::config, "it is no Policy of audit.k8s.io/v1");
  const Node* list = root.find("rules");
  if (list == nullptr || !list->is_list() || list->items.empty()) return fail(ErrorKind::config, "it has no rules");
  if (list->items.size() > kMaxAuditRules)
    return fail(ErrorKind::config, fmt::format("it has more than {} rules", kMaxAuditRules));
  std::vector<Rule> rules;
  for (const Node& node : list->items) {
    TRY_ASSIGN(Rule rule, read_rule(node));
    rules.push_back(std::move(rule));
  }
  return rules;
}

// Whether what a rule is about is part of what another one is about; an empty list stands for all.
bool within(const Words& inner, const Words& outer) {
  if (outer.empty()) return true;
  return !inner.empty() && std::ranges::all_of(inner, [&outer](const std::string& one) {
    return std::ranges::find(outer, one) != outer.end();
  });
}

// Whether every request that `later` could decide was decided by `earlier`.
bool shields(const Rule& earlier, const Rule& later) {
  return within(later.users, earlier.users) && within(later.groups, earlier.groups) &&
         within(later.namespaces, earlier.namespaces) && within(later.names, earlier.names);
}

// A request to read has no body, and the one to delete only options.
bool logs_contents(std::string_view level, std::string_view verb) {
  if (level == "RequestResponse") return true;
  return level == "Request" && (verb == "create" || verb == "update" || verb == "patch");
}

// The rules, by index, that log the contents that come with requests of this verb.
std::vector<std::size_t> logging(const std::vector<Rule>& rules, std::string_view verb) {
  std::vector<std::size_t> found;
  std::vector<const Rule*> before;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const Rule& rule = rules[i];
    if (!rule.about_secrets || !rule.takes(verb)) continue;
    if (std::ranges::any_of(before, [&rule](const Rule* one) { return shields(*one, rule); })) continue;
    if (logs_contents(rule.level, verb)) found.push_back(i);
    if (!rule.restricted()) break;
    before.push_back(&rule);
  }
  return found;
}

}  // namespace

Result<std::vector<LoggingRule>> rules_that_log_secrets(std::string_view policy) {
  TRY_ASSIGN(const document::Tree tree, document::parse_as_server(policy));
  TRY_ASSIGN(const std::vector<Rule> rules, read_rules(tree));
  std::map<std::size_t, LoggingRule> found;
  for (const std::string_view verb : kVerbs)
    for (const std::size_t i : logging(rules, verb)) {
      LoggingRule& one = found[i];
      one.number = i + 1;
      one.line = rules[i].line;
      one.level = rules[i].level;
      one.restricted = rules[i].restricted();
      one.verbs.emplace_back(verb);
    }
  std::vector<LoggingRule> list;
  for (auto& [index, rule] : found) list.push_back(std::move(rule));
  return list;
}

void check_audit_policy(const std::string& name, const Result<std::string_view>& policy, Diagnosis& diagnosis) {
  const auto rules = policy ? rules_that_log_secrets(*policy)
                            : Result<std::vector<LoggingRule>>(std::unexpected(policy.error()));
  diagnosis.made(CheckId::audit_unreadable);
  if (!rules) {
    diagnosis.error(CheckId::audit_unreadable, name, rules.error().message,
                    "write a Policy of audit.k8s.io/v1 (kubernetes.io/docs/tasks/debug/debug-cluster/audit)");
    return;
  }
  diagnosis.made(CheckId::audit_secret_bodies);
  for (const LoggingRule& rule : *rules)
    diagnosis.error(CheckId::audit_secret_bodies, fmt::format("{}:{}", name, rule.line),
                    fmt::format("rule {} logs Secrets at level {}, by {}{}", rule.number, rule.level, fmt::join(rule.verbs, ", "),
                                rule.restricted ? ", for those that it is restricted to" : ""),
                    fmt::format("put in front of rule {}: {{level: Metadata, resources: [{{group: \"\", resources: [secrets]}}]}}",
                                rule.number));
}

}  // namespace kencrypt::doctor
