#include "census/write_key.h"

#include <fmt/format.h>

#include "census/window.h"

namespace kencrypt::census {
namespace {

coverage::WriteKey unknown(std::string basis) { return {std::nullopt, std::move(basis)}; }

// The one prefix and key that all of `writes` name, or nullopt. Two prefixes that look like outer ones
// may be one and a key named like it: not settled.
std::optional<encryption::StoredUnder> only_target(const PrefixCounts& writes) {
  std::optional<encryption::StoredUnder> outer;
  std::optional<std::string_view> key;
  for (const auto& [prefix, count] : writes) {
    if (count == 0) continue;
    const bool plaintext = prefix.empty();
    auto as_outer = plaintext ? encryption::StoredUnder{encryption::Provider::identity, ""}
                              : encryption::outer_of(prefix);
    if (as_outer ? outer.has_value() : key.has_value()) return std::nullopt;
    if (as_outer)
      outer = std::move(as_outer);
    else if (key = encryption::key_of(prefix); !key)
      return std::nullopt;
  }
  if (!outer || outer->provider == encryption::Provider::other) return std::nullopt;
  if (encryption::has_named_keys(outer->provider) != key.has_value()) return std::nullopt;
  if (key) outer->key = std::string(*key);
  return outer;
}

PrefixCounts writes_between(const Scrape& first, const Scrape& last) {
  PrefixCounts change;
  for (const auto& [prefix, count] : last.to_storage) {
    const auto then = first.to_storage.find(prefix);
    change[prefix] = count - (then == first.to_storage.end() ? 0 : then->second);
  }
  return change;
}

bool never_reloaded(const Scrape& scrape) { return scrape.reloads == 0 && scrape.last_reload == 0; }

// Why the counted writes cannot be relied on at all, or nullopt.
std::optional<std::string> doubt_about_writes(const Scrape& last) {
  if (last.resource_label == ResourceLabel::no_samples)
    return "its metrics count no use of any encryption provider; maybe it has none configured";
  if (last.resource_label == ResourceLabel::absent)
    return "its metrics do not count writes by resource (those of 1.32 and later do)";
  if (last.relabelled || last.disabled_metrics != std::uint64_t{0})
    return "some of its metrics are turned off or relabelled, so that a change of key could go unseen";
  return std::nullopt;
}

coverage::WriteKey from_lifetime(const Scrape& last) {
  if (last.to_storage.empty())
    return unknown("The API server has not written the resource since it began; give its configuration "
                   "with --config.");
  auto target = only_target(last.to_storage);
  if (!target)
    return unknown("The API server has written the resource under more than one provider or key since it "
                   "began; give its configuration with --config.");
  return {std::move(target),
          "All writes of the API server since it began went there and it never reloaded its "
          "configuration."};
}

// Whether the two scrapes are of one process and one configuration.
bool same_server(const Scrape& first, const Scrape& last) {
  return first.process_start && first.process_start == last.process_start &&
         first.apiserver_id_hash == last.apiserver_id_hash &&
         first.config_hash == last.config_hash && first.reloads == last.reloads &&
         first.last_reload == last.last_reload && !counters_fell(first, last);
}

coverage::WriteKey from_this_run(const Scrape& first, const Scrape& last) {
  auto target = same_server(first, last) ? only_target(writes_between(first, last)) : std::nullopt;
  if (!target)
    return unknown("The API server has reloaded its configuration since it began, and what it wrote "
                   "during this census does not settle which key it uses now; give its configuration with "
                   "--config.");
  return {std::move(target),
          "All writes that the API server counted during this census went there."};
}

coverage::WriteKey from_writes(const WriteEvidence& evidence) {
  if (auto doubt = doubt_about_writes(*evidence.last))
    return unknown(fmt::format("The API server does not show which key it writes with: {}.", *doubt));
  return never_reloaded(*evidence.last) ? from_lifetime(*evidence.last)
                                        : from_this_run(*evidence.first, *evidence.last);
}

coverage::WriteKey from_file(const encryption::EncryptionConfig& config,
                             const std::string& server_hash) {
  if (config.hash != server_hash)
    return unknown(fmt::format("The file is not the configuration that the API server runs: its hash is {}, "
                               "the server's is {}.",
                               config.hash, server_hash));
  if (const auto writes = config.writes())
    return {writes,
            "First in the given file, whose hash equals that of the configuration that the API "
            "server runs."};
  return {encryption::StoredUnder{encryption::Provider::identity, ""},
          "The given file, whose hash equals that of the configuration that the API server runs, "
          "does not "
          "name the resource, so it is written in plaintext."};
}

// Names the key ID of a KMS v2 plugin, if it is known.
coverage::WriteKey with_key_id(coverage::WriteKey key, const WriteEvidence& evidence) {
  if (!key.under || key.under->provider != encryption::Provider::kms_v2) return key;
  const auto ids = evidence.key_ids.find(key.under->key);
  const bool known = ids != evidence.key_ids.end();
  if (known && ids->second.size() == 1) {
    key.under->key_id_hash = *ids->second.begin();
    if (!key.under->key_id_hash.empty()) return key;
  }
  key.basis += known && ids->second.size() > 1
                   ? " Its KMS plugin's key changed during this census; run it again."
                   : " The API server does not say which key ID its KMS plugin uses now.";
  return key;
}

}  // namespace

void WriteEvidence::add(const Scrape& scrape) {
  config_hashes.insert(scrape.config_hash.value_or(""));
  for (const auto& [plugin, id] : scrape.key_ids_now) {
    auto& ids = key_ids[plugin];
    if (ids.empty() && scrapes > 0) ids.insert("");  // earlier scrapes did not have it
    ids.insert(id);
  }
  for (auto& [plugin, ids] : key_ids)
    if (!scrape.key_ids_now.contains(plugin)) ids.insert("");
  ++scrapes;
  if (!first) first = scrape;
  last = scrape;
}

coverage::WriteKey decide_write_key(const WriteEvidence& evidence,
                                    const encryption::EncryptionConfig* config) {
  if (!evidence.last) return unknown("The metrics of the API server could not be read.");
  if (evidence.config_hashes.size() > 1)
    return unknown("The API servers that answered do not run the same configuration, or it changed during "
                   "this census; run it again when all have the new one.");
  const auto& server_hash = evidence.last->config_hash;
  if (config != nullptr && server_hash)
    return with_key_id(from_file(*config, *server_hash), evidence);
  coverage::WriteKey key = with_key_id(from_writes(evidence), evidence);
  if (config != nullptr)
    key.basis += " The API server publishes no hash (1.34 and later do) to compare the given file with.";
  return key;
}

}  // namespace kencrypt::census
