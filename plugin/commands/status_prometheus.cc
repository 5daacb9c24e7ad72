#include <algorithm>
#include <chrono>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "commands/status_output.h"
#include "commands/status_rows.h"
#include "commands/version_info.h"
#include "output/metrics.h"

namespace kencrypt::commands {
namespace {

using output::Gauge;
using Labels = std::vector<output::MetricLabel>;

Labels with_key(Labels labels, const encryption::StoredUnder& under) {
  labels.push_back({"provider", std::string(encryption::provider_name(under.provider))});
  labels.push_back({"key", under.key});
  labels.push_back({"key_id_hash", under.key_id_hash});
  return labels;
}

std::string resource_of(const std::string& named, const StatusResult& result) {
  return named.empty() ? result.resource.group_resource() : named;
}

// What a copy holds that may not be whole is not called current: an alert goes by these figures alone. A label "namespace"
// is the target's where Prometheus finds it in the cluster, and another one of this name would be renamed.
void write_objects(std::ostream& out, const StatusResult& result) {
  Gauge gauge("kubectl_encrypt_status_objects",
              "Objects by what is known of how they are stored; unknown is not covered, and the states add up to all objects.");
  for (const coverage::Coverage& row : result.coverage.namespaces) {
    const std::uint64_t doubtful = row.unverified ? row.current : 0;
    const std::pair<const char*, std::uint64_t> states[] = {{"current", row.current - doubtful},
                                                            {"stale", row.stale},
                                                            {"plaintext", row.plaintext},
                                                            {"unknown", row.unknown + doubtful}};
    for (const auto& [state, objects] : states)
      gauge.add({{"resource", resource_of(row.resource, result)}, {"object_namespace", row.name_space}, {"state", state}}, objects);
  }
  gauge.write(out);
}

void write_keys(std::ostream& out, const StatusResult& result) {
  const std::vector<coverage::KeyRow> rows = key_rows(result);
  Gauge least("kubectl_encrypt_status_key_objects", "Objects that are surely stored under a key.");
  for (const coverage::KeyRow& row : rows)
    if (row.under) least.add(with_key({}, *row.under), row.counts.total);
  least.write(out);
  Gauge most("kubectl_encrypt_status_key_objects_max", "Objects that are or may be stored under a key.");
  for (const coverage::KeyRow& row : rows)
    if (row.under) most.add(with_key({}, *row.under), row.max);
  most.write(out);
}

std::vector<ResourceWriteKey> write_keys_of(const StatusResult& result) {
  if (!result.write_keys.empty()) return result.write_keys;
  return {{result.resource.group_resource(), result.write_key}};
}

void write_write_keys(std::ostream& out, const StatusResult& result) {
  const std::vector<ResourceWriteKey> keys = write_keys_of(result);
  Gauge known("kubectl_encrypt_status_write_key_known", "Whether it is known what new objects are stored under.");
  for (const ResourceWriteKey& one : keys) known.add({{"resource", one.resource}}, one.write_key.under ? 1 : 0);
  known.write(out);
  Gauge gauge("kubectl_encrypt_status_write_key", "Always 1; the labels say what new objects are stored under.");
  for (const ResourceWriteKey& one : keys)
    if (one.write_key.under) gauge.add(with_key({{"resource", one.resource}}, *one.write_key.under), 1);
  gauge.write(out);
}

void write_servers(std::ostream& out, const census::ServerAgreement& servers) {
  const auto seen = static_cast<std::uint64_t>(std::ranges::count_if(servers.servers, &census::ServerRow::seen));
  Gauge gauge("kubectl_encrypt_status_api_servers", "API servers, by whether they were asked for their configuration.");
  gauge.add({{"seen", "true"}}, seen);
  gauge.add({{"seen", "false"}}, servers.servers.size() - seen);
  gauge.write(out);
  Gauge("kubectl_encrypt_status_api_servers_agree", "Whether all API servers are known to run one configuration.")
      .add({}, servers.agreed() ? 1 : 0)
      .write(out);
}

void write_decryption(std::ostream& out, const inventory::DecryptionReport& report) {
  Gauge gauge("kubectl_encrypt_status_decryption_objects", "Objects by whether they decrypt with the keys of the configuration.");
  gauge.add({{"outcome", "readable"}}, report.readable);
  gauge.add({{"outcome", "unchecked"}}, report.unchecked);
  gauge.add({{"outcome", "unreadable"}}, report.unreadable);
  gauge.write(out);
}

void write_residue(std::ostream& out, const std::vector<inventory::ResidueCount>& residue) {
  Gauge gauge("kubectl_encrypt_status_residue_values", "Values that etcd's files hold besides the current ones.");
  for (const inventory::ResidueCount& one : residue)
    gauge.add(with_key({{"place", std::string(snapshot::place_name(one.place))}}, one.under), one.values);
  gauge.write(out);
}

void write_run(std::ostream& out, const StatusResult& result, WallTime now) {
  Gauge("kubectl_encrypt_status_info", "Always 1; the labels say how the figures were obtained, and by which version.")
      .add({{"evidence", result.evidence}, {"version", std::string(kVersion)}}, 1)
      .write(out);
  Gauge("kubectl_encrypt_status_exact", "Whether the figures are exact, and not bounds.")
      .add({}, result.coverage.total.exact ? 1 : 0)
      .write(out);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  Gauge("kubectl_encrypt_status_run_timestamp_seconds", "When these figures were obtained, in seconds since 1970.")
      .add({}, static_cast<std::uint64_t>(std::max<decltype(seconds)>(seconds, 0)))
      .write(out);
}

}  // namespace

void print_prometheus(std::ostream& out, const StatusResult& result, WallTime now) {
  if (result.evidence != kLogEvidence) {  // a log has no current values to be counted
    write_objects(out, result);
    write_keys(out, result);
    write_write_keys(out, result);
  }
  if (result.servers) write_servers(out, *result.servers);
  if (result.decryption) write_decryption(out, *result.decryption);
  write_residue(out, result.residue);
  write_run(out, result, now);
}

}  // namespace kencrypt::commands
