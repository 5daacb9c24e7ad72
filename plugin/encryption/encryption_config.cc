#include "encryption/encryption_config.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <spanstream>
#include <utility>

#include "base/file.h"
#include "base/sha256.h"
#include "kube/resource_rule.h"

namespace kencrypt::encryption {
namespace {

constexpr std::string_view kApiVersion = "apiserver.config.k8s.io/v1";
constexpr std::string_view kKind = "EncryptionConfiguration";

// Everything below reports through it; the position is all that may be quoted.
std::unexpected<Error> wrong(const YAML::Node& node, std::string_view what) {
  return fail(ErrorKind::config, fmt::format("not an EncryptionConfiguration: line {}: {}",
                                             node.Mark().line + 1, what));
}

// A plain string in a mapping, or nullopt.
std::optional<std::string> text_in(const YAML::Node& map, const char* field) {
  const YAML::Node node = map[field];
  if (!node.IsDefined() || !node.IsScalar()) return std::nullopt;
  return node.Scalar();
}

Result<std::vector<std::string>> read_key_names(const YAML::Node& body) {
  const YAML::Node keys = body.IsMap() ? body["keys"] : YAML::Node();
  if (!keys.IsDefined() || !keys.IsSequence() || keys.size() == 0)
    return wrong(body, "a provider has no keys");
  std::vector<std::string> names;
  for (const YAML::Node& key : keys) {
    auto name = key.IsMap() ? text_in(key, "name") : std::nullopt;
    if (!name || name->empty()) return wrong(key, "a key has no name");
    names.push_back(*std::move(name));
  }
  return names;
}

// The default of kms.apiVersion is v1 (pkg/apis/apiserver/v1/defaults.go).
Result<ConfiguredProvider> read_kms(const YAML::Node& body) {
  auto name = body.IsMap() ? text_in(body, "name") : std::nullopt;
  if (!name || name->empty()) return wrong(body, "a kms provider has no name");
  const std::string version = text_in(body, "apiVersion").value_or("v1");
  if (version != "v1" && version != "v2")
    return wrong(body, "a kms provider's apiVersion is neither v1 nor v2");
  return ConfiguredProvider{version == "v1" ? Provider::kms_v1 : Provider::kms_v2,
                            {*std::move(name)}};
}

Result<ConfiguredProvider> read_provider(const YAML::Node& node) {
  if (!node.IsMap() || node.size() != 1)
    return wrong(node, "a provider must be exactly one of the known types");
  const std::string type = node.begin()->first.Scalar();
  const YAML::Node body = node.begin()->second;
  if (type == "identity") return ConfiguredProvider{Provider::identity, {}};
  if (type == "kms") return read_kms(body);
  for (const Provider keyed : {Provider::aescbc, Provider::aesgcm, Provider::secretbox}) {
    if (type != provider_name(keyed)) continue;
    TRY_ASSIGN(auto names, read_key_names(body));
    return ConfiguredProvider{keyed, std::move(names)};
  }
  return wrong(node, "a provider of a type that this program does not know");
}

// One element of the top-level list.
struct Entry {
  std::vector<kube::ResourceRule> rules;
  std::vector<ConfiguredProvider> providers;
};

Result<Entry> read_entry(const YAML::Node& node) {
  if (!node.IsMap()) return wrong(node, "an element of `resources` is no mapping");
  const YAML::Node rules = node["resources"];
  const YAML::Node providers = node["providers"];
  if (!rules.IsDefined() || !rules.IsSequence() || !providers.IsDefined() ||
      !providers.IsSequence())
    return wrong(node, "an element of `resources` needs the lists `resources` and `providers`");
  Entry entry;
  for (const YAML::Node& rule : rules) {
    if (!rule.IsScalar()) return wrong(rule, "a resource name is no text");
    entry.rules.push_back(kube::parse_resource_rule(rule.Scalar()));
  }
  for (const YAML::Node& provider : providers) {
    TRY_ASSIGN(auto one, read_provider(provider));
    entry.providers.push_back(std::move(one));
  }
  if (entry.providers.empty()) return wrong(providers, "an empty list of providers");
  return entry;
}

Result<std::vector<Entry>> read_entries(const YAML::Node& root) {
  if (!root.IsMap() || text_in(root, "kind") != kKind || text_in(root, "apiVersion") != kApiVersion)
    return wrong(root, fmt::format("kind {} of apiVersion {} expected", kKind, kApiVersion));
  const YAML::Node list = root["resources"];
  if (!list.IsDefined() || !list.IsSequence())
    return wrong(root, "the list `resources` is missing");
  std::vector<Entry> entries;
  for (const YAML::Node& node : list) {
    TRY_ASSIGN(auto entry, read_entry(node));
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::vector<ConfiguredProvider> providers_of(const std::vector<Entry>& entries,
                                             const kube::ResourceRule& rule) {
  std::vector<ConfiguredProvider> found;
  for (const Entry& entry : entries)
    if (std::find(entry.rules.begin(), entry.rules.end(), rule) != entry.rules.end())
      found.insert(found.end(), entry.providers.begin(), entry.providers.end());
  return found;
}

// The lookup of config.go, transformerFromOverrides.
std::vector<ConfiguredProvider> look_up(const std::vector<Entry>& entries,
                                        const kube::Resource& resource) {
  for (const kube::ResourceRule& rule : kube::rules_for(resource.plural, resource.group))
    if (auto found = providers_of(entries, rule); !found.empty()) return found;
  return {};
}

Result<std::vector<Entry>> parse_entries(std::string_view text) {
  try {
    std::ispanstream stream{std::span<const char>(text)};  // no copy of ours: the text holds keys
    return read_entries(YAML::Load(stream));
  } catch (const YAML::Exception& error) {
    // what() may quote the text around the fault.
    return fail(ErrorKind::config,
                fmt::format("not readable as YAML: line {}", error.mark.line + 1));
  }
}

bool encrypts(const Entry& entry) {
  return std::any_of(
      entry.providers.begin(), entry.providers.end(),
      [](const ConfiguredProvider& one) { return one.provider != Provider::identity; });
}

// A rule that is there twice has the providers of both.
void add_rule(std::vector<ConfiguredRule>& rules, const kube::ResourceRule& rule, bool encrypts) {
  for (ConfiguredRule& known : rules) {
    if (known.rule != rule) continue;
    known.encrypts = known.encrypts || encrypts;
    return;
  }
  rules.push_back({rule, encrypts});
}

template <class Parse>
auto parse_file(const std::filesystem::path& path, Parse parse)
    -> decltype(parse(std::string_view())) {
  TRY_ASSIGN(const SecretBytes content, read_file(path, kMaxEncryptionConfig));
  auto parsed = parse(content.view());
  if (!parsed) return wrap(parsed.error(), fmt::format("reading {}", path.string()));
  return parsed;
}

}  // namespace

std::optional<StoredUnder> EncryptionConfig::writes() const {
  if (providers.empty()) return std::nullopt;
  const ConfiguredProvider& first = providers.front();
  return StoredUnder{first.provider, first.keys.empty() ? "" : first.keys.front()};
}

bool EncryptionConfig::lists(const StoredUnder& under) const {
  return std::any_of(providers.begin(), providers.end(), [&under](const ConfiguredProvider& one) {
    if (one.provider != under.provider) return false;
    return one.keys.empty() ||
           std::find(one.keys.begin(), one.keys.end(), under.key) != one.keys.end();
  });
}

Result<EncryptionConfig> parse_encryption_config(std::string_view text,
                                                 const kube::Resource& resource) {
  TRY_ASSIGN(const auto entries, parse_entries(text));
  return EncryptionConfig{sha256_label(text), look_up(entries, resource)};
}

Result<EncryptionConfig> read_encryption_config(const std::filesystem::path& path,
                                                const kube::Resource& resource) {
  return parse_file(
      path, [&resource](std::string_view text) { return parse_encryption_config(text, resource); });
}

Result<std::vector<ConfiguredRule>> parse_configured_rules(std::string_view text) {
  TRY_ASSIGN(const auto entries, parse_entries(text));
  std::vector<ConfiguredRule> rules;
  for (const Entry& entry : entries)
    for (const kube::ResourceRule& rule : entry.rules) add_rule(rules, rule, encrypts(entry));
  return rules;
}

Result<std::vector<ConfiguredRule>> read_configured_rules(const std::filesystem::path& path) {
  return parse_file(path, parse_configured_rules);
}

bool encrypts(const std::vector<ConfiguredRule>& rules, std::string_view plural,
              std::string_view group) {
  for (const kube::ResourceRule& rule : kube::rules_for(plural, group))
    for (const ConfiguredRule& one : rules)
      if (one.rule == rule) return one.encrypts;
  return false;
}

}  // namespace kencrypt::encryption
