#include "commands/storage_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "commands/etcd_session.h"
#include "encryption/encryption_config.h"
#include "etcd/endpoint_options.h"
#include "inventory/builtin_resources.h"
#include "kube/resource_rule.h"

namespace kencrypt::commands {
namespace {

constexpr std::string_view kGroup = "etcd";

// Plurals and "plural.group"; kubectl's usual forms of the most usual type are understood too.
std::vector<kube::ResourceRule> rules_of(const std::vector<std::string>& words) {
  std::vector<kube::ResourceRule> rules;
  for (const std::string& word : words)
    rules.push_back(kube::parse_resource_rule(word == "secret" ? "secrets" : word));
  if (rules.empty()) rules.push_back(kube::parse_resource_rule("secrets"));
  return rules;
}

// A word without a group means the core group's resource of that name, else that of any group, as it does for kubectl.
bool covers(const kube::ResourceRule& rule, const inventory::EtcdKey& key) {
  if (rule.plural != key.plural) return false;
  if (!rule.group.empty() || inventory::find_by_name(rule.plural, "") != nullptr) return rule.group == key.group;
  return true;
}

bool is_about_everything(const cli::ParsedFlags& flags) {
  return flags.get_bool("all-resources") ||
         (!flags.get_string("safe-to-remove").empty() && flags.positionals().empty());
}

// Where a single resource lies, if that is sure; all of etcd's objects else.
std::string prefix_to_read(const cli::ParsedFlags& flags, bool has_config, const std::string& prefix) {
  const bool by_config = flags.positionals().empty() && has_config;
  const auto rules = rules_of(flags.positionals());
  const kube::ResourceRule& rule = rules.front();
  if (is_about_everything(flags) || by_config || rules.size() > 1 ||
      inventory::find_by_name(rule.plural, rule.group) == nullptr)
    return prefix;
  return inventory::storage_prefix({.group = rule.group, .plural = rule.plural}, prefix);
}

using Wanted = std::function<bool(const inventory::EtcdKey&)>;

Wanted named_by(std::vector<kube::ResourceRule> rules) {
  return [rules = std::move(rules)](const inventory::EtcdKey& key) {
    return std::any_of(rules.begin(), rules.end(), [&key](const kube::ResourceRule& rule) { return covers(rule, key); });
  };
}

// What the configuration encrypts; Secrets, if that is nothing: they are what may be left.
Wanted configured(const encryption::KeyRing& ring) {
  auto rules = ring.rules();
  if (std::none_of(rules.begin(), rules.end(), [](const auto& one) { return one.encrypts; })) return named_by(rules_of({}));
  return [rules = std::move(rules)](const inventory::EtcdKey& key) {
    return encryption::encrypts(rules, key.plural, key.group);
  };
}

Wanted in_namespace(Wanted wanted, const std::string& name_space) {
  if (name_space.empty()) return wanted;
  return [wanted = std::move(wanted), name_space](const inventory::EtcdKey& key) {
    return key.name_space == name_space && wanted(key);
  };
}

// The same choice as without etcd: words, or everything, or what the configuration encrypts. Whether a key may go is a
// question about everything.
Wanted wanted_by(const cli::ParsedFlags& flags, const encryption::KeyRing* ring) {
  if (is_about_everything(flags)) return [](const inventory::EtcdKey&) { return true; };
  if (!flags.positionals().empty() || ring == nullptr) return named_by(rules_of(flags.positionals()));
  return configured(*ring);
}

Result<StorageDoor> choose_door(const cli::ParsedFlags& flags) {
  const bool snapshot = flags.was_set("snapshot");
  const bool wal = flags.was_set("wal");
  const bool etcd = wants_etcd(flags);
  if (int{snapshot} + int{wal} + int{etcd} > 1)
    return fail(ErrorKind::usage, "--snapshot, --wal and the flags of etcd exclude each other: each is another place to "
                                  "look at");
  if (snapshot) return StorageDoor::snapshot;
  if (wal) return StorageDoor::wal;
  return etcd ? StorageDoor::etcd : StorageDoor::none;
}

Result<void> check(const cli::ParsedFlags& flags, StorageDoor door) {
  if (flags.get_bool("decrypt")) {
    if (door == StorageDoor::none)
      return fail(ErrorKind::usage,
                  "--decrypt needs the stored values: give --snapshot FILE or --etcd-endpoints as well");
    if (door == StorageDoor::wal)
      return fail(ErrorKind::usage, "--decrypt does not go with --wal: a log holds every old value, under any old key");
    if (flags.get_string("config").empty())
      return fail(ErrorKind::usage, "--decrypt needs the keys: give --config FILE as well");
  }
  if (door == StorageDoor::wal && !flags.get_string("safe-to-remove").empty())
    return fail(ErrorKind::usage, "--safe-to-remove does not go with --wal: a log does not tell what is stored now");
  if (door == StorageDoor::wal && flags.was_set("by"))
    return fail(ErrorKind::usage, "--by does not go with --wal: a log has no current values to count, and what it holds is "
                                  "listed by place and key");
  if (door == StorageDoor::none) return {};
  for (const std::string& word : flags.positionals())
    if (word.find('/') != std::string::npos)
      return fail(ErrorKind::usage, "status reports namespaces and takes no names of objects; use -n");
  if (!flags.get_string("selector").empty() || !flags.get_string("field-selector").empty())
    return fail(ErrorKind::usage, "selectors are the API server's: etcd and its files are counted without");
  return {};
}

}  // namespace

cli::FlagTable storage_flags() {
  cli::FlagTable flags = etcd_flags();
  flags.push_back({.name = "snapshot",
                   .help = "Look at this file instead of a cluster: what \"etcdctl snapshot save\" wrote, or a copy of "
                           "a member's snap/db. Also tells what older revisions and free pages still hold.",
                   .group = std::string(kGroup),
                   .value = cli::file()});
  flags.push_back({.name = "wal",
                   .help = "Look at this directory instead of a cluster: a member's write-ahead log.",
                   .group = std::string(kGroup),
                   .value = cli::means(cli::Means::directory)});
  flags.push_back({.name = "decrypt",
                   .kind = cli::FlagKind::boolean,
                   .default_value = "false",
                   .help = "With --snapshot or --etcd-endpoints, and --config: decrypt every value with the keys of the "
                           "file and check that it is the object that its key says. Nothing of it is kept or shown.",
                   .without_value = "true",
                   .group = std::string(kGroup)});
  return flags;
}

Result<StorageOptions> parse_storage(const cli::ParsedFlags& flags, const encryption::KeyRing* ring) {
  StorageOptions options;
  TRY_ASSIGN(options.door, choose_door(flags));
  TRY(check(flags, options.door));
  if (options.door == StorageDoor::none) return options;
  options.path = options.door == StorageDoor::snapshot ? flags.get_string("snapshot")
                 : options.door == StorageDoor::wal    ? flags.get_string("wal")
                                                       : std::string();
  options.prefix = etcd::key_prefix_of(endpoint_flags(flags).prefix);
  options.read_prefix = prefix_to_read(flags, ring != nullptr, options.prefix);
  options.decrypt = flags.get_bool("decrypt");
  const std::string name_space = flags.get_bool("all-namespaces") ? "" : flags.get_string("namespace");
  options.wanted = in_namespace(wanted_by(flags, ring), name_space);
  options.everything = is_about_everything(flags) && name_space.empty();
  options.ring = ring;
  return options;
}

}  // namespace kencrypt::commands
