#include "encryption/encryption_config.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "base/sha256.h"
#include "encryption/config_yaml.h"
#include "kube/resource_rule.h"

namespace kencrypt::encryption {
namespace {

bool encrypts(const ConfigEntry& entry) {
  return std::any_of(entry.providers.begin(), entry.providers.end(),
                     [](const ProviderKeys& one) { return one.provider != Provider::identity; });
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

// Identity has no key, and stands for itself.
void add_keys(std::vector<StoredUnder>& all, const ProviderKeys& provider) {
  std::vector<std::string> names;
  for (const NamedKey& key : provider.keys) names.push_back(key.name);
  if (names.empty()) names.emplace_back();
  for (const std::string& name : names) {
    const StoredUnder under{provider.provider, name};
    if (std::find(all.begin(), all.end(), under) == all.end()) all.push_back(under);
  }
}

Result<std::vector<StoredUnder>> parse_configured_keys(std::string_view text) {
  TRY_ASSIGN(const auto entries, parse_config_entries(text, KeyBytes::leave));
  std::vector<StoredUnder> all;
  for (const ConfigEntry& entry : entries)
    for (const ProviderKeys& provider : entry.providers) add_keys(all, provider);
  return all;
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

std::vector<ConfiguredProvider> without_keys(const std::vector<const ProviderKeys*>& providers) {
  std::vector<ConfiguredProvider> names;
  for (const ProviderKeys* one : providers) {
    names.push_back({one->provider, {}});
    for (const NamedKey& key : one->keys) names.back().keys.push_back(key.name);
  }
  return names;
}

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
  TRY_ASSIGN(const auto entries, parse_config_entries(text, KeyBytes::leave));
  return EncryptionConfig{sha256_label(text),
                          without_keys(providers_for(entries, resource.plural, resource.group))};
}

Result<EncryptionConfig> read_encryption_config(const std::filesystem::path& path,
                                                const kube::Resource& resource) {
  return parse_file(
      path, [&resource](std::string_view text) { return parse_encryption_config(text, resource); });
}

std::vector<ConfiguredRule> rules_of(const std::vector<ConfigEntry>& entries) {
  std::vector<ConfiguredRule> rules;
  for (const ConfigEntry& entry : entries)
    for (const kube::ResourceRule& rule : entry.rules) add_rule(rules, rule, encrypts(entry));
  return rules;
}

Result<std::vector<ConfiguredRule>> parse_configured_rules(std::string_view text) {
  TRY_ASSIGN(const auto entries, parse_config_entries(text, KeyBytes::leave));
  return rules_of(entries);
}

Result<std::vector<ConfiguredRule>> read_configured_rules(const std::filesystem::path& path) {
  return parse_file(path, parse_configured_rules);
}

Result<std::vector<StoredUnder>> read_configured_keys(const std::filesystem::path& path) {
  return parse_file(path, parse_configured_keys);
}

bool encrypts(const std::vector<ConfiguredRule>& rules, std::string_view plural,
              std::string_view group) {
  for (const kube::ResourceRule& rule : kube::rules_for(plural, group))
    for (const ConfiguredRule& one : rules)
      if (one.rule == rule) return one.encrypts;
  return false;
}

}  // namespace kencrypt::encryption
