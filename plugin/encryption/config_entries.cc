#include "encryption/config_entries.h"

#include <algorithm>

namespace kencrypt::encryption {
namespace {

std::vector<const ProviderKeys*> under_rule(const std::vector<ConfigEntry>& entries,
                                            const kube::ResourceRule& rule) {
  std::vector<const ProviderKeys*> found;
  for (const ConfigEntry& entry : entries) {
    if (std::find(entry.rules.begin(), entry.rules.end(), rule) == entry.rules.end()) continue;
    for (const ProviderKeys& provider : entry.providers) found.push_back(&provider);
  }
  return found;
}

}  // namespace

std::vector<const ProviderKeys*> providers_for(const std::vector<ConfigEntry>& entries,
                                               std::string_view plural, std::string_view group) {
  for (const kube::ResourceRule& rule : kube::rules_for(plural, group))
    if (auto found = under_rule(entries, rule); !found.empty()) return found;
  return {};
}

}  // namespace kencrypt::encryption
