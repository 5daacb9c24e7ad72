#include <string>
#include <utility>

#include "commands/status_output.h"
#include "commands/status_rows.h"

namespace kencrypt::commands {
namespace {

output::Value key_document(const coverage::KeyBounds& key) {
  output::Value document =
      output::Value::object({{"provider", encryption::provider_name(key.under.provider)},
                             {"key", key.under.key},
                             {"count", key.min}});
  if (!key.under.key_id_hash.empty()) document.set("keyIdHash", key.under.key_id_hash);
  // Where only bounds are known, "count" is the lower one: what is certain.
  if (key.min != key.max) document.set("max", key.max);
  return document;
}

// A sum over several resources has none.
std::string resource_of(const coverage::Coverage& row, const StatusResult& result) {
  if (!row.resource.empty() || !result.write_keys.empty()) return row.resource;
  return result.resource.group_resource();
}

output::Value row_document(const coverage::Coverage& row, const StatusResult& result) {
  output::Value keys = output::Value::array();
  for (const coverage::KeyBounds& key : row.keys) keys.push_back(key_document(key));
  output::Value notes = output::Value::array();
  for (const std::string& note : row.notes) notes.push_back(note);
  return output::Value::object({{"namespace", row.name_space},
                                {"resource", resource_of(row, result)},
                                {"total", row.total},
                                {"current", row.current},
                                {"stale", row.stale},
                                {"plaintext", row.plaintext},
                                {"unknown", row.unknown},
                                {"exact", row.exact},
                                {"keys", std::move(keys)},
                                {"notes", std::move(notes)}});
}

output::Value key_row_document(const coverage::KeyRow& row) {
  output::Value document = output::Value::object(
      {{"provider", row.under ? output::Value(encryption::provider_name(row.under->provider)) : nullptr},
       {"key", row.under ? output::Value(row.under->key) : nullptr}});
  if (row.under && !row.under->key_id_hash.empty()) document.set("keyIdHash", row.under->key_id_hash);
  document.set("count", row.counts.total);
  if (row.max != row.counts.total) document.set("max", row.max);
  document.set("exact", row.counts.exact);
  output::Value states = output::Value::array();
  for (const coverage::Class state : row.states) states.push_back(coverage::class_name(state));
  document.set("states", std::move(states));
  document.set("current", row.counts.current);
  document.set("stale", row.counts.stale);
  document.set("plaintext", row.counts.plaintext);
  document.set("unknown", row.counts.unknown);
  document.set("namespaces", row.namespaces_min);
  if (row.namespaces_max != row.namespaces_min) document.set("maxNamespaces", row.namespaces_max);
  output::Value resources = output::Value::array();
  for (const std::string& resource : row.resources) resources.push_back(resource);
  document.set("resources", std::move(resources));
  return document;
}

// Of another --by than namespace, whose rows are there in any case.
void add_rows(output::Value& document, const StatusResult& result) {
  if (result.by == coverage::Grouping::name_space) return;
  output::Value rows = output::Value::array();
  if (result.by == coverage::Grouping::key)
    for (const coverage::KeyRow& row : key_rows(result)) rows.push_back(key_row_document(row));
  else
    for (const coverage::Coverage& row : coverage::by_resource(result.coverage))
      rows.push_back(row_document(row, result));
  document.set("by", grouping_name(result.by));
  document.set("rows", std::move(rows));
}

output::Value write_key_document(const coverage::WriteKey& write_key) {
  if (!write_key.under) return nullptr;
  output::Value document =
      output::Value::object({{"provider", encryption::provider_name(write_key.under->provider)},
                             {"key", write_key.under->key}});
  if (!write_key.under->key_id_hash.empty())
    document.set("keyIdHash", write_key.under->key_id_hash);
  return document;
}

output::Value write_keys_document(const StatusResult& result) {
  output::Value keys = output::Value::array();
  for (const ResourceWriteKey& one : result.write_keys)
    keys.push_back(output::Value::object({{"resource", one.resource},
                                          {"writeKey", write_key_document(one.write_key)},
                                          {"writeKeyBasis", one.write_key.basis}}));
  return keys;
}

output::Value or_null(const std::string& text) {
  return text.empty() ? output::Value(nullptr) : output::Value(text);
}

output::Value servers_document(const census::ServerAgreement& agreement) {
  output::Value servers = output::Value::array();
  for (const census::ServerRow& row : agreement.servers) {
    output::Value one = output::Value::object({{"id", or_null(row.id)}});
    if (!row.host.empty()) one.set("host", row.host);
    if (!row.address.empty()) one.set("address", row.address);
    one.set("configHash", or_null(row.configuration.value_or("")));
    one.set("seen", row.seen);
    servers.push_back(std::move(one));
  }
  return servers;
}

output::Value object_document(const census::FoundObject& object) {
  output::Value document = output::Value::object({{"resource", object.resource},
                                                  {"namespace", object.name.name_space},
                                                  {"name", object.name.name}});
  document.set("provider", object.under
                               ? output::Value(encryption::provider_name(object.under->provider))
                               : output::Value(nullptr));
  document.set("key", object.under ? output::Value(object.under->key) : output::Value(nullptr));
  if (object.under && !object.under->key_id_hash.empty())
    document.set("keyIdHash", object.under->key_id_hash);
  return document;
}

void add_found(output::Value& document, const Found& found) {
  output::Value objects = output::Value::array();
  for (const census::FoundObject& object : found.objects)
    objects.push_back(object_document(object));
  document.set("find", found.word);
  document.set("objects", std::move(objects));
  document.set("objectsCapped", found.capped);
  document.set("objectsUndecided", found.undecided);
}

}  // namespace

output::Value coverage_document(const StatusResult& result) {
  output::Value rows = output::Value::array();
  for (const coverage::Coverage& row : result.coverage.namespaces)
    rows.push_back(row_document(row, result));
  output::Value document =
      output::Value::object({{"apiVersion", "kubectl-encrypt/v1"},
                             {"kind", "CoverageReport"},
                             {"writeKey", write_key_document(result.write_key)},
                             {"writeKeyBasis", result.write_key.basis},
                             {"evidence", result.evidence},
                             {"namespaces", std::move(rows)},
                             {"total", row_document(result.coverage.total, result)}});
  add_rows(document, result);
  if (!result.write_keys.empty()) document.set("writeKeys", write_keys_document(result));
  if (result.servers) {
    document.set("apiServers", servers_document(*result.servers));
    document.set("apiServersAgree", result.servers->agreed());
  }
  if (result.found) add_found(document, *result.found);
  add_extras(document, result);
  return document;
}

}  // namespace kencrypt::commands
