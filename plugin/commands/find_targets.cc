#include "commands/find_targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "commands/resource_choice.h"
#include "commands/target_words.h"

namespace kencrypt::commands {
namespace {

// What the flags say of every target.
struct Scope {
  std::string name_space;  // -n; "" if it is not given
  std::string context_namespace;
  bool all_namespaces = false;
  std::string label_selector;
  std::string field_selector;

  bool has_selector() const { return !label_selector.empty() || !field_selector.empty(); }
  bool one_namespace() const { return !all_namespaces && !name_space.empty(); }
};

Scope read_scope(const cli::ParsedFlags& flags, const Session& session) {
  return {.name_space = flags.get_string("namespace"),
          .context_namespace = session.config().name_space,
          .all_namespaces = flags.get_bool("all-namespaces"),
          .label_selector = flags.get_string("selector"),
          .field_selector = flags.get_string("field-selector")};
}

rewrite::Target whole_target(kube::Resource resource, const Scope& scope) {
  rewrite::Target target;
  if (resource.namespaced && !scope.all_namespaces) target.selection.name_space = scope.name_space;
  target.selection.label_selector = scope.label_selector;
  target.selection.field_selector = scope.field_selector;
  target.resource = std::move(resource);
  return target;
}

// Of objects by name.
Result<void> check_names(const Scope& scope) {
  if (scope.has_selector())
    return fail(ErrorKind::usage, "name cannot be provided when a selector is specified");
  return {};
}

Result<void> add_names(rewrite::Target& target, const std::vector<std::string>& names, const Scope& scope) {
  if (names.empty()) return {};
  if (target.resource.namespaced && scope.all_namespaces)
    return fail(ErrorKind::usage, "a resource cannot be retrieved by name across all namespaces");
  std::string name_space;
  if (target.resource.namespaced)
    name_space = scope.name_space.empty() ? scope.context_namespace : scope.name_space;
  for (const std::string& name : names) target.names.push_back({name_space, name});
  std::sort(target.names.begin(), target.names.end());
  target.names.erase(std::unique(target.names.begin(), target.names.end()), target.names.end());
  return {};
}

bool is_same(const kube::Resource& a, const kube::Resource& b) {
  return a.group == b.group && a.plural == b.plural;
}

// The target of a resource; types may be named twice, under several names.
rewrite::Target& target_of(std::vector<rewrite::Target>& targets, kube::Resource resource,
                           const Scope& scope) {
  for (rewrite::Target& known : targets)
    if (is_same(known.resource, resource)) return known;
  return targets.emplace_back(whole_target(std::move(resource), scope));
}

Result<std::vector<TypeAndNames>> decide_words(const TargetWords& words, ResourceChoice& choice) {
  std::vector<std::string> types;
  for (const std::string& word : words.undecided) {
    TRY_ASSIGN(const bool is_type, choice.is_type(word));
    if (is_type) types.push_back(word);
  }
  return decide(words, [&types](std::string_view word) {
    return std::find(types.begin(), types.end(), word) != types.end();
  });
}

Result<std::vector<rewrite::Target>> named_targets(const TargetWords& words, ResourceChoice& choice,
                                                   const Scope& scope) {
  TRY_ASSIGN(const auto chosen, decide_words(words, choice));
  if (!chosen.front().names.empty()) TRY(check_names(scope));
  std::vector<rewrite::Target> targets;
  for (const TypeAndNames& one : chosen) {
    TRY_ASSIGN(kube::Resource resource, choice.by_type(one.type));
    TRY(add_names(target_of(targets, std::move(resource), scope), one.names, scope));
  }
  return targets;
}

std::vector<rewrite::Target> whole_targets(std::vector<kube::Resource> resources, const Scope& scope) {
  std::vector<rewrite::Target> targets;
  for (kube::Resource& resource : resources)
    if (resource.namespaced || !scope.one_namespace())
      targets.push_back(whole_target(std::move(resource), scope));
  return targets;
}

Result<void> check_flags(const cli::ParsedFlags& flags) {
  const bool all = flags.get_bool("all-resources");
  const bool config = !flags.get_string("config").empty();
  if (all && config)
    return fail(ErrorKind::usage, "--all-resources and --config each say what to rewrite: give one of them");
  if ((all || config) && !flags.positionals().empty())
    return fail(ErrorKind::usage,
                fmt::format("{} says what to rewrite: name no resource with it, or leave it out",
                            all ? "--all-resources" : "--config"));
  return {};
}

Result<std::vector<rewrite::Target>> configured_targets(const std::string& path, ResourceChoice& choice,
                                                        const Scope& scope) {
  TRY_ASSIGN(const auto rules, encryption::read_configured_rules(path));
  TRY_ASSIGN(auto resources, choice.covered_by(rules));
  if (resources.empty())
    return fail(ErrorKind::config, fmt::format("{} encrypts no resource that this server has", path));
  return whole_targets(std::move(resources), scope);
}

Result<std::vector<rewrite::Target>> chosen_targets(const cli::ParsedFlags& flags, ResourceChoice& choice,
                                                    const Scope& scope) {
  TRY(check_flags(flags));
  const std::string& config = flags.get_string("config");
  if (!config.empty()) return configured_targets(config, choice, scope);
  if (!flags.get_bool("all-resources")) {
    TRY_ASSIGN(const TargetWords words, parse_target_words(flags.positionals()));
    // What the words alone show, before anything is sent.
    if (!words.chosen.front().names.empty()) TRY(check_names(scope));
    return named_targets(words, choice, scope);
  }
  TRY_ASSIGN(auto resources, choice.all());
  return whole_targets(std::move(resources), scope);
}

Result<std::vector<rewrite::Target>> looked_at(Result<std::vector<kube::Resource>> resources,
                                               const Scope& scope) {
  if (!resources) return std::unexpected(std::move(resources).error());
  return whole_targets(*std::move(resources), scope);
}

// A file that encrypts nothing is the end of a way: Secrets are what may be left of it.
Result<std::vector<kube::Resource>> configured(const encryption::KeyRing& config,
                                               ResourceChoice& choice) {
  const auto rules = config.rules();
  const bool encrypts =
      std::any_of(rules.begin(), rules.end(),
                  [](const encryption::ConfiguredRule& one) { return one.encrypts; });
  if (!encrypts) return std::vector<kube::Resource>{kube::secrets_resource()};
  TRY_ASSIGN(auto resources, choice.covered_by(rules));
  if (resources.empty()) resources.push_back(kube::secrets_resource());
  return resources;
}

Result<std::vector<rewrite::Target>> looked_at_by_words(const cli::ParsedFlags& flags,
                                                        ResourceChoice& choice,
                                                        const Scope& scope) {
  TRY_ASSIGN(const TargetWords words, parse_target_words(flags.positionals()));
  TRY_ASSIGN(auto targets, named_targets(words, choice, scope));
  for (const rewrite::Target& target : targets)
    if (!target.names.empty())
      return fail(ErrorKind::usage,
                  fmt::format("status reports namespaces and takes no names of {}; use -n",
                              target.resource.group_resource()));
  return targets;
}

// -n beside nothing that is in a namespace is most likely a mistake.
Result<void> check_namespace(const std::vector<rewrite::Target>& targets, const Scope& scope) {
  const bool any = std::any_of(targets.begin(), targets.end(),
                               [](const rewrite::Target& one) { return one.resource.namespaced; });
  if (any || !scope.one_namespace()) return {};
  if (targets.empty())
    return fail(ErrorKind::usage, "nothing of that is in a namespace: leave out --namespace");
  return fail(ErrorKind::usage, fmt::format("{} are not in a namespace: leave out --namespace",
                                            targets.front().resource.group_resource()));
}

}  // namespace

cli::FlagTable resource_flags() {
  return {{.name = "all-resources",
           .kind = cli::FlagKind::boolean,
           .help = "Rewrite every resource that the API server keeps in etcd and that can be listed and "
                   "updated, custom resources included."},
          {.name = "config",
           .help = "Rewrite the resources that this EncryptionConfiguration file encrypts, with its wildcards "
                   "as the API server reads them. Those whose first provider is identity are rewritten too, "
                   "which decrypts them.",
           .value = cli::file()}};
}

Result<std::vector<rewrite::Target>> find_targets(const cli::ParsedFlags& flags, Session& session,
                                                  Environment& environment) {
  const std::function<void(std::string_view)> warn = [&environment](std::string_view sentence) {
    environment.err << "Warning: " << sentence << '\n';
  };
  ResourceChoice choice(session.transport(), warn);
  const Scope scope = read_scope(flags, session);
  TRY_ASSIGN(auto targets, chosen_targets(flags, choice, scope));
  TRY(check_namespace(targets, scope));
  return targets;
}

Result<std::vector<rewrite::Target>> find_looked_at(const cli::ParsedFlags& flags,
                                                    const encryption::KeyRing* config,
                                                    Session& session, Environment& environment) {
  const std::function<void(std::string_view)> warn = [&environment](std::string_view sentence) {
    environment.err << "Warning: " << sentence << '\n';
  };
  ResourceChoice choice(session.transport(), warn, Purpose::look);
  const Scope scope = read_scope(flags, session);
  const bool all = flags.get_bool("all-resources");
  if (all && !flags.positionals().empty())
    return fail(ErrorKind::usage,
                "--all-resources says what to look at: name no resource with it, or leave it out");
  const bool by_config = !all && flags.positionals().empty() && config != nullptr;
  TRY_ASSIGN(auto targets, all         ? looked_at(choice.all(), scope)
                           : by_config ? looked_at(configured(*config, choice), scope)
                                       : looked_at_by_words(flags, choice, scope));
  TRY(check_namespace(targets, scope));
  return targets;
}

bool covers_everything(const std::vector<rewrite::Target>& targets) {
  return std::all_of(targets.begin(), targets.end(), [](const rewrite::Target& target) {
    const kube::Selection& selection = target.selection;
    return target.names.empty() && selection.name_space.empty() && selection.label_selector.empty() &&
           selection.field_selector.empty();
  });
}

Result<std::vector<std::optional<std::uint64_t>>> count_targets(
    http::Transport& transport, const std::vector<rewrite::Target>& targets) {
  std::vector<std::optional<std::uint64_t>> counts;
  for (const rewrite::Target& target : targets) {
    if (!target.names.empty()) {
      counts.push_back(target.names.size());
      continue;
    }
    const auto count = kube::count_objects(transport, target.resource, target.selection);
    // One of many that cannot be listed is the run's to report, after the others.
    const bool spoils_all = targets.size() == 1 || (!count && count.error().kind == ErrorKind::unauthenticated);
    if (!count && spoils_all) return std::unexpected(count.error());
    counts.push_back(count ? *count : std::nullopt);
  }
  return counts;
}

}  // namespace kencrypt::commands
