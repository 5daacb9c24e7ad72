#include "census/server_agreement.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

namespace kencrypt::census {
namespace {

using control_plane::IdentityLease;
using control_plane::SeenServer;
using control_plane::Survey;

ServerRow row_of(const SeenServer& server) {
  return {.id = "",
          .host = "",
          .address = server.where,
          .configuration = server.page.configuration,
          .seen = true,
          .publishes = server.page.publishes_configuration()};
}

// Every server that was seen, by its Lease, and every Lease whose server was not.
std::vector<ServerRow> rows_of(const Survey& survey) {
  std::vector<ServerRow> rows;
  for (const SeenServer& server : survey.seen) {
    rows.push_back(row_of(server));
    for (const IdentityLease& lease : survey.leases) {
      if (control_plane::id_hash_of(lease) != server.page.id_hash) continue;
      rows.back().id = lease.name;
      rows.back().host = lease.host;
    }
  }
  for (const IdentityLease& lease : control_plane::unseen_servers(survey.leases, survey.seen))
    rows.push_back({.id = lease.name, .host = lease.host, .address = "", .configuration = {}});
  return rows;
}

// What the verdict is not sure of.
std::optional<std::string> doubt_in(const control_plane::Finding& finding, const Survey& survey) {
  if (survey.leases_error && std::holds_alternative<control_plane::Unknown>(finding))
    return "how many there are is not known: " + survey.leases_error->message;
  if (const auto* unknown = std::get_if<control_plane::Unknown>(&finding)) return unknown->reason;
  return std::nullopt;
}

std::string summarise(const ServerAgreement& agreement, const Survey& survey,
                      const std::optional<std::string>& file_hash) {
  const std::size_t count = std::max(survey.leases.size(), survey.seen.size());
  if (agreement.differ) {
    std::string list;
    for (const ServerRow& row : agreement.servers)
      if (row.seen)
        list += fmt::format("{}{} {}", list.empty() ? "" : ", ",
                            row.host.empty() ? row.address : row.host,
                            row.configuration.value_or("no configuration"));
    return fmt::format("{}, which run different configurations: {}", count, list);
  }
  std::string text = std::to_string(count);
  const auto& hash = survey.seen.empty() ? std::nullopt : survey.seen.front().page.configuration;
  if (hash)
    text += fmt::format(", {} configuration {}",
                        agreement.doubt ? "of which those seen run" : "all run", *hash);
  else if (!agreement.doubt)
    text += ", none publishes a configuration";
  if (hash && file_hash)
    text += *hash == *file_hash ? " (the given file)" : " (not the given file)";
  if (agreement.doubt) text += "; " + *agreement.doubt;
  return text;
}

// The key ID of the plugin that the page names last; "" if it names none, or two at once.
std::string key_id_now(const control_plane::ServerPage& page, const std::string& plugin) {
  const control_plane::KeySeen* latest = nullptr;
  bool tie = false;
  for (const control_plane::KeySeen& key : page.keys) {
    if (key.provider != plugin || (latest != nullptr && key.last < latest->last)) continue;
    tie = latest != nullptr && key.last == latest->last && key.key_hash != latest->key_hash;
    latest = &key;
  }
  return latest == nullptr || tie ? "" : latest->key_hash;
}

bool all_name(const Survey& survey, const encryption::StoredUnder& under) {
  return std::all_of(survey.seen.begin(), survey.seen.end(), [&under](const SeenServer& server) {
    return key_id_now(server.page, under.key) == under.key_id_hash;
  });
}

}  // namespace

ServerAgreement compare(const Survey& survey, const std::optional<std::string>& file_hash) {
  const auto verdict = control_plane::compare_servers(survey.leases, survey.seen);
  ServerAgreement agreement;
  agreement.servers = rows_of(survey);
  for (const IdentityLease& lease : survey.leases) agreement.leases.emplace(lease.name, lease.host);
  agreement.differ = std::holds_alternative<control_plane::Refused>(verdict.finding);
  agreement.doubt = doubt_in(verdict.finding, survey);
  agreement.configuration = verdict.configuration;
  agreement.summary = summarise(agreement, survey, file_hash);
  return agreement;
}

coverage::WriteKey qualify(coverage::WriteKey key, const ServerAgreement& agreement,
                           const Survey& survey) {
  if (agreement.differ)
    return {std::nullopt,
            "The API servers run different encryption configurations, so what one of them writes "
            "with is not "
            "what all do; give them the same file and run this again."};
  if (!key.under) return key;
  if (agreement.doubt)
    key.basis += fmt::format(" It is that of the API server that was asked; of the others: {}.",
                             *agreement.doubt);
  else if (survey.leases.size() > 1)
    key.basis +=
        fmt::format(" All {} API servers run the same configuration.", survey.leases.size());
  if (key.under->key_id_hash.empty() || all_name(survey, *key.under)) return key;
  key.under->key_id_hash.clear();
  key.basis += " Not all API servers name the same key ID of the KMS plugin.";
  return key;
}

}  // namespace kencrypt::census
