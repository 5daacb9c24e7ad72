#include "rotation/archive.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/lint.h"
#include "output/printable.h"
#include "rotation/plan.h"

namespace kencrypt::rotation {
namespace {

using config::PlainEntry;
using config::PlainProvider;
using config::Type;

bool is_kept(const std::vector<std::string>& keys, const PlainProvider& provider, std::string_view name) {
  return std::ranges::find(keys, status_name(provider, name)) != keys.end();
}

void add_plugin(SecretBytes& text, const config::PlainKms& kms) {
  text.append(fmt::format("  - kms:\n      apiVersion: {}\n      name: {}\n      endpoint: {}\n", kms.version,
                          config::single_quoted(kms.name), config::single_quoted(kms.endpoint)));
  if (!kms.timeout.empty()) text.append(fmt::format("      timeout: {}\n", config::single_quoted(kms.timeout)));
  if (kms.cachesize) text.append(fmt::format("      cachesize: {}\n", *kms.cachesize));
}

bool add_provider(SecretBytes& text, const PlainProvider& provider, const std::vector<std::string>& keys) {
  if (provider.type == Type::identity) return false;
  if (provider.type == Type::kms) {
    if (!is_kept(keys, provider, config::plugin_name(provider))) return false;
    add_plugin(text, *provider.kms);
    return true;
  }
  bool any = false;
  for (const config::PlainKey& key : provider.keys) {
    if (!is_kept(keys, provider, key.name)) continue;
    if (!any) text.append(fmt::format("  - {}:\n      keys:\n", config::type_name(provider.type)));
    any = true;
    text.append(fmt::format("      # fingerprint: {}\n      - name: {}\n        secret: ", config::fingerprint(key), config::single_quoted(key.name)));
    text.append(key.secret.view());
    text.append("\n");
  }
  return any;
}

void add_entry(SecretBytes& text, const PlainEntry& entry, const std::vector<std::string>& keys) {
  SecretBytes providers;
  bool any = false;
  for (const PlainProvider& provider : entry.providers) any = add_provider(providers, provider, keys) || any;
  if (!any) return;
  text.append("- resources:\n");
  for (const std::string& resource : entry.resources) text.append(fmt::format("  - {}\n", config::single_quoted(resource)));
  text.append("  providers:\n");
  text.append(providers.view());
  text.append("  - identity: {}\n");
}

std::string comment(const std::vector<std::string>& keys, const ArchiveFacts& facts) {
  std::string text = fmt::format("# Taken out of {}:\n", output::printable(facts.file));
  for (const std::string& key : keys) text += fmt::format("#   {}\n", output::printable(key));
  return text + fmt::format("# At {} nothing was stored under them any more. Backups of etcd from before that need them, for as\n"
                            "# long as they are kept; later ones do not. A backup is checked, and read, with:\n"
                            "#   kubectl encrypt status --snapshot BACKUP --decrypt --config THIS_FILE\n"
                            "# One that was made while keys were changed needs those of the file above, too.\n",
                            facts.proven);
}

}  // namespace

Result<SecretBytes> archive_text(const config::Structure& structure, const std::vector<std::string>& keys,
                                 const ArchiveFacts& facts) {
  SecretBytes text(comment(keys, facts));
  text.append("apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n");
  for (const PlainEntry& entry : structure) add_entry(text, entry, keys);
  if (const auto error = config::first_error(text.view(), {.kms_v1_gate = true}))
    return fail(ErrorKind::config, fmt::format("the keys that go cannot be kept in a file of their own: {}", error->message));
  return text;
}

}  // namespace kencrypt::rotation
