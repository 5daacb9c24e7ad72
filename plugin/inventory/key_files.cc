#include "inventory/key_files.h"

#include <algorithm>
#include <utility>

#include "base/sha256.h"

namespace kencrypt::inventory {
namespace {

using encryption::Provider;
using encryption::ProviderKeys;

bool is_identity(const ProviderKeys* provider) { return provider->provider == Provider::identity; }

}  // namespace

KeyFiles::KeyFiles(const std::vector<encryption::KeyRing>& rings) : rings_(rings) {
  for (std::size_t file = 0; file < rings.size(); ++file)
    for (const encryption::ConfigEntry& entry : rings[file].entries())
      for (const ProviderKeys& provider : entry.providers) add_provider(provider, file);
}

// The same key of another rule or file is no other key.
void KeyFiles::add_provider(const ProviderKeys& provider, std::size_t file) {
  everything_.push_back(&provider);
  for (const encryption::NamedKey& key : provider.keys) {
    FileKey one{{provider.provider, key.name}, key.secret.empty() ? "" : sha256_label(key.secret.view()), file};
    const auto same = std::ranges::find_if(keys_, [&one](const FileKey& other) {
      return other.under == one.under && other.fingerprint == one.fingerprint;
    });
    indices_.emplace(&key, static_cast<std::size_t>(same - keys_.begin()));
    if (same == keys_.end()) keys_.push_back(std::move(one));
  }
}

KeyFiles::Providers KeyFiles::find(const EtcdKey& object) const {
  Providers found;
  for (const encryption::KeyRing& ring : rings_) {
    const auto providers = ring.providers_for(object.plural, object.group);
    const bool reads_plaintext = providers.empty() || std::ranges::any_of(providers, is_identity);
    found.plaintext_allowed = found.plaintext_allowed || reads_plaintext;
    found.covered = found.covered || !std::ranges::all_of(providers, is_identity);
    found.list.insert(found.list.end(), providers.begin(), providers.end());
  }
  return found;
}

const KeyFiles::Providers& KeyFiles::providers_for(const EtcdKey& object) {
  const auto [found, is_new] = known_.try_emplace(group_resource(object));
  if (is_new) found->second = find(object);
  return found->second;
}

std::optional<std::size_t> KeyFiles::key_at(const std::vector<const ProviderKeys*>& providers,
                                            std::size_t position) const {
  for (const ProviderKeys* provider : providers) {
    const std::size_t places = std::max<std::size_t>(1, provider->keys.size());
    if (position < places) {
      if (provider->keys.empty()) return std::nullopt;
      return indices_.at(&provider->keys[position]);
    }
    position -= places;
  }
  return std::nullopt;
}

}  // namespace kencrypt::inventory
