#include "kube/resource_match.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"

namespace kencrypt::kube {
namespace {

constexpr std::string_view kHint =
    "; \"kubectl api-resources --verbs=list,update\" shows what can be rewritten";

// A word taken apart; version and group "" if it does not say.
struct Wanted {
  std::string resource;
  std::string group;
  std::string version;
};

// "a.b.c.d" may mean version b of group c.d, or group b.c.d: tried in this order.
std::vector<Wanted> readings(std::string_view word) {
  const std::string lower = to_lower(word);
  const auto first = lower.find('.');
  if (first == std::string::npos) return {{lower, "", ""}};
  std::vector<Wanted> all;
  const std::string resource = lower.substr(0, first);
  const auto second = lower.find('.', first + 1);
  if (second != std::string::npos)
    all.push_back({resource, lower.substr(second + 1), lower.substr(first + 1, second - first - 1)});
  all.push_back({resource, lower.substr(first + 1), ""});
  return all;
}

bool has_short_name(const ApiResource& resource, const std::string& name) {
  return std::find(resource.short_names.begin(), resource.short_names.end(), name) !=
         resource.short_names.end();
}

// From the strictest rule to the loosest; an empty group is in any.
using Rule = bool (*)(const ApiResource&, const Wanted&);
bool group_is(const ApiResource& one, const Wanted& wanted) {
  return wanted.group.empty() || one.served.group == wanted.group;
}
bool group_begins(const ApiResource& one, const Wanted& wanted) {
  return one.served.group.starts_with(wanted.group);
}
bool name_is(const ApiResource& one, const Wanted& wanted) {
  return one.plural == wanted.resource || one.singular == wanted.resource;
}
constexpr Rule kRules[] = {
    [](const ApiResource& one, const Wanted& wanted) { return group_is(one, wanted) && name_is(one, wanted); },
    [](const ApiResource& one, const Wanted& wanted) {
      return group_is(one, wanted) && has_short_name(one, wanted.resource);
    },
    [](const ApiResource& one, const Wanted& wanted) { return group_begins(one, wanted) && name_is(one, wanted); },
    [](const ApiResource& one, const Wanted& wanted) {
      return group_begins(one, wanted) && has_short_name(one, wanted.resource);
    },
};

const ApiResource* find(const Discovery& known, const Wanted& wanted) {
  for (const Rule rule : kRules)
    for (const ApiResource& one : known.resources)
      if ((wanted.version.empty() || one.served.version == wanted.version) && rule(one, wanted)) return &one;
  return nullptr;
}

std::string unknown_type(const Discovery& known, std::string_view word) {
  const Wanted wanted = readings(word).back();
  const std::string_view type = word.substr(0, word.find('.'));
  std::string text = fmt::format("the server doesn't have a resource type \"{}\"", type);
  if (type.size() < word.size()) text += fmt::format(" in group \"{}\"", word.substr(type.size() + 1));
  std::string silent;
  for (const GroupVersion& one : known.unavailable)
    if (one.group.starts_with(wanted.group)) silent += " " + one.text();
  if (silent.empty()) return text + std::string(kHint);
  return text + ", but these API groups do not say now which they have:" + silent;
}

bool is_second_events(const ApiResource& resource) {
  return resource.served.group == "events.k8s.io" && resource.plural == "events";
}

}  // namespace

Result<const ApiResource*> find_resource(const Discovery& known, std::string_view word) {
  for (const Wanted& wanted : readings(word))
    if (const ApiResource* found = find(known, wanted)) return found;
  return fail(ErrorKind::usage, unknown_type(known, word));
}

bool is_plural_name(const Discovery& known, std::string_view word) {
  return std::any_of(known.resources.begin(), known.resources.end(), [word](const ApiResource& one) {
    return one.plural == word || one.group_resource() == word ||
           fmt::format("{}.{}.{}", one.plural, one.served.version, one.served.group) == word;
  });
}

const ApiResource* as_stored(const Discovery& known, const ApiResource& resource) {
  if (!is_second_events(resource)) return &resource;
  const ApiResource* core = find(known, {"events", "", "v1"});
  return core == nullptr ? &resource : core;
}

std::vector<const ApiResource*> stored_resources(const Discovery& known,
                                                 const std::vector<GroupVersion>& elsewhere) {
  std::vector<const ApiResource*> stored;
  std::set<std::string> seen;
  for (const ApiResource& one : known.resources) {
    if (!one.can("list") || !one.can("update")) continue;
    if (std::find(elsewhere.begin(), elsewhere.end(), one.served) != elsewhere.end()) continue;
    const ApiResource* kept = as_stored(known, one);
    if (seen.insert(kept->group_resource()).second) stored.push_back(kept);
  }
  return stored;
}

}  // namespace kencrypt::kube
