#include "commands/live_sources.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "commands/etcd_session.h"
#include "commands/target_words.h"
#include "encryption/encryption_config.h"
#include "inventory/builtin_resources.h"
#include "kube/kubeconfig_load.h"
#include "kube/name_list.h"
#include "kube/resource_match.h"

namespace kencrypt::commands {
namespace {

using completion::Candidate;
using Candidates = std::vector<Candidate>;

kube::Resource namespaces_resource() {
  return {.group = "", .version = "v1", .plural = "namespaces", .namespaced = false};
}

// What the API server accepts as a name (k8s.io/apimachinery pkg/api/validation/path): anything
// else comes from somebody who is none, and is not for a shell.
bool is_object_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == ':' || c == '_' || c == '@';
  });
}

// Flags that the command may not have: "" and false then.
std::string text(const cli::ParsedFlags& flags, std::string_view name) {
  return flags.is_declared(name) ? flags.get_string(name) : "";
}
bool is_on(const cli::ParsedFlags& flags, std::string_view name) {
  return flags.is_declared(name) && flags.get_bool(name);
}

// A pipe would be emptied for the command that is still to come, and a terminal waited for.
bool is_plain_file(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error);
}

template <class Entries>
Candidates keys_of(const Entries& entries) {
  Candidates names;
  for (const auto& [name, entry] : entries) names.push_back({name});
  return names;
}

Candidates contexts_of(const kube::Kubeconfig& config) {
  Candidates names = keys_of(config.contexts);
  for (Candidate& one : names)
    if (one.value == config.current_context) one.description = "the current context";
  return names;
}

// Where no API server is asked, types are plurals as in kubectl api-resources (storage_options.h).
bool looks_past_the_server(const cli::ParsedFlags& flags) {
  return flags.is_declared("snapshot") &&
         (flags.was_set("snapshot") || flags.was_set("wal") || wants_etcd(flags));
}

Candidates builtin_types() {
  Candidates names;
  for (const inventory::BuiltinResource& one : inventory::builtin_resources())
    names.push_back({one.group.empty() ? std::string(one.plural)
                                       : fmt::format("{}.{}", one.plural, one.group)});
  return names;
}

std::string shown_short_names(const kube::ApiResource& resource) {
  return resource.short_names.empty()
             ? ""
             : fmt::format("also {}", fmt::join(resource.short_names, ", "));
}

Candidates types_in(const kube::Discovery& known) {
  Candidates names;
  for (const kube::ApiResource* one : kube::stored_resources(known, {}))
    if (is_object_name(one->group_resource()))
      names.push_back({one->group_resource(), shown_short_names(*one)});
  return names;
}

// That they say by themselves what is meant (find_targets.cc).
bool takes_no_types(const cli::ParsedFlags& flags) {
  return is_on(flags, "all-resources") || !text(flags, "filename").empty();
}

// As the KEYS of -o wide show them.
Candidates keys_in(const std::string& path) {
  Candidates keys;
  if (path.empty() || !is_plain_file(path)) return keys;
  const auto configured = encryption::read_configured_keys(path);
  if (!configured) return keys;
  for (const encryption::StoredUnder& one : *configured) keys.push_back({encryption::display(one)});
  return keys;
}

Environment quiet_copy(const Environment& environment, std::ostream& silence) {
  return {.program = environment.program,
          .arguments = {},
          .variables = environment.variables,
          .in = environment.in,
          .out = silence,
          .err = silence,
          .terminals = {},  // nobody is there to be asked
          .clock = environment.clock,
          .connect = environment.connect,
          .watch_interrupts = environment.watch_interrupts};
}

}  // namespace

LiveSources::LiveSources(const Environment& environment, TimePoint deadline)
    : environment_(quiet_copy(environment, silence_)), deadline_(deadline) {}

Candidates LiveSources::values(cli::Means kind, const completion::Line& line) {
  switch (kind) {
    case cli::Means::context:
    case cli::Means::cluster:
    case cli::Means::user:
      return kubeconfig_entries(kind, line.flags);
    case cli::Means::name_space:
      return object_names(namespaces_resource(), "", line.flags);
    case cli::Means::resource_types:
      return types(line.flags);
    case cli::Means::encryption_key:
      return keys_in(text(line.flags, "config"));
    default:
      return {};
  }
}

Candidates LiveSources::names(std::string_view type, const completion::Line& line) {
  if (takes_no_types(line.flags)) return {};
  const auto resource = resource_of(type, line.flags);
  if (!resource || line_to_server(line.flags) == nullptr) return {};
  if (!resource->namespaced) return object_names(*resource, "", line.flags);
  if (is_on(line.flags, "all-namespaces")) return {};  // names are of one namespace
  return object_names(*resource, session_->config().name_space, line.flags);
}

bool LiveSources::is_type(std::string_view word, const completion::Line& line) {
  if (means_secrets(word) && word.starts_with("secrets")) return true;
  const kube::Discovery* known = discovered(line.flags);
  return known != nullptr && kube::is_plural_name(*known, word);
}

bool LiveSources::may_read_kubeconfig(const cli::ParsedFlags& flags) const {
  const auto files = kube::kubeconfig_files(flags.get_string("kubeconfig"), environment_.variables);
  return std::all_of(files.begin(), files.end(), [](const std::string& file) {
    std::error_code error;
    return is_plain_file(file) || !std::filesystem::exists(file, error);
  });
}

Candidates LiveSources::kubeconfig_entries(cli::Means kind, const cli::ParsedFlags& flags) {
  if (!may_read_kubeconfig(flags)) return {};
  const auto loaded = kube::load_kubeconfig(flags.get_string("kubeconfig"), environment_.variables);
  if (!loaded) return {};
  if (kind == cli::Means::cluster) return keys_of(loaded->config.clusters);
  if (kind == cli::Means::user) return keys_of(loaded->config.users);
  return contexts_of(loaded->config);
}

// Secrets are a type whatever the server says or does not say.
Candidates LiveSources::types(const cli::ParsedFlags& flags) {
  if (takes_no_types(flags)) return {};
  if (looks_past_the_server(flags)) return builtin_types();
  const kube::Discovery* known = discovered(flags);
  Candidates found = known == nullptr ? Candidates() : types_in(*known);
  if (found.empty()) found.push_back({"secrets"});
  return found;
}

Candidates LiveSources::object_names(const kube::Resource& resource, std::string_view name_space,
                                     const cli::ParsedFlags& flags) {
  if (line_to_server(flags) == nullptr) return {};
  auto found = list(resource, name_space);
  return found ? *std::move(found) : Candidates();
}

Result<Candidates> LiveSources::list(const kube::Resource& resource, std::string_view name_space) {
  Candidates found;
  const kube::Selection selection{
      .name_space = std::string(name_space), .label_selector = "", .field_selector = ""};
  TRY(kube::each_name(*server_, resource, selection,
                      [&found](std::vector<kube::ObjectName> page) -> Result<void> {
                        if (found.size() + page.size() > kMostNames)
                          return fail(ErrorKind::too_large, "too many names");
                        for (kube::ObjectName& one : page)
                          if (is_object_name(one.name)) found.push_back({std::move(one.name)});
                        return {};
                      }));
  return found;
}

http::Transport* LiveSources::line_to_server(const cli::ParsedFlags& flags) {
  if (!tried_ && may_read_kubeconfig(flags)) {
    const Duration patience = std::max(deadline_ - environment_.clock.now(), Duration::zero());
    auto session = open_session(flags, environment_,
                                {.connect_timeout = patience, .quick_exit = true}, deadline_);
    if (session) {
      session_ = *std::move(session);
      server_.emplace(session_->transport(), environment_.clock, deadline_);
    }
  }
  tried_ = true;
  return server_ ? &*server_ : nullptr;
}

const kube::Discovery* LiveSources::discovered(const cli::ParsedFlags& flags) {
  http::Transport* server = line_to_server(flags);
  if (server == nullptr) return nullptr;
  if (!known_) known_ = kube::discover(*server);
  return *known_ ? &**known_ : nullptr;
}

std::optional<kube::Resource> LiveSources::resource_of(std::string_view type,
                                                       const cli::ParsedFlags& flags) {
  if (means_secrets(type)) return kube::secrets_resource();
  const kube::Discovery* known = discovered(flags);
  if (known == nullptr) return std::nullopt;
  const auto found = kube::find_resource(*known, type);
  if (!found) return std::nullopt;
  return kube::Resource{.group = (*found)->served.group,
                        .version = (*found)->served.version,
                        .plural = (*found)->plural,
                        .namespaced = (*found)->namespaced};
}

}  // namespace kencrypt::commands
