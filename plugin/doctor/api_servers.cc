#include "doctor/api_servers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "base/bytes.h"
#include "base/text.h"
#include "control_plane/quota_check.h"
#include "control_plane/server_check.h"
#include "kube/resource.h"

namespace kencrypt::doctor {
namespace {

using control_plane::SeenServer;
using control_plane::Survey;

std::string name_of(const census::ServerRow& row) {
  if (row.id.empty()) return fmt::format("API server at {}", row.address);
  return row.host.empty() ? row.id : fmt::format("{} on {}", row.id, row.host);
}

std::string wait_for(const std::optional<GivenFile>& file) {
  return fmt::format("{} wait --config {}", kProgram, file ? file->name : "FILE");
}

void check_agreement(const census::ServerAgreement& agreement, const Survey& survey, const std::optional<GivenFile>& file,
                     Diagnosis& diagnosis) {
  diagnosis.made(CheckId::servers_differ);
  const std::string remedy =
      fmt::format("put the same file on every node of the control plane (sha256sum shows the hash), then: {}", wait_for(file));
  if (agreement.differ) diagnosis.error(CheckId::servers_differ, "API servers", agreement.summary, remedy);
  const bool forbidden = survey.leases_error && survey.leases_error->kind == ErrorKind::forbidden;
  if (agreement.doubt)
    diagnosis.unknown(CheckId::servers_differ, "API servers", *agreement.doubt,
                      forbidden ? "kubectl create role doctor-leases -n kube-system --verb=list --resource=leases.coordination.k8s.io; "
                                  "kubectl create rolebinding doctor-leases -n kube-system --role=doctor-leases --user=NAME"
                                : "run this where every API server is in reach, or name each one with --api-server",
                      forbidden ? "list leases in kube-system" : "");
}

void check_flag(const census::ServerRow& row, Diagnosis& diagnosis) {
  if (!row.configuration && !row.publishes) return;
  diagnosis.made(CheckId::flag_missing);
  if (!row.configuration)
    diagnosis.error(CheckId::flag_missing, name_of(row), "it runs without an EncryptionConfiguration, by its own metrics",
                    fmt::format("on its node: {} manifest patch /etc/kubernetes/manifests/kube-apiserver.yaml --write", kProgram));
}

void check_file(const census::ServerRow& row, const GivenFile& file, Diagnosis& diagnosis) {
  diagnosis.made(CheckId::file_not_loaded);
  if (!row.configuration && !row.publishes)
    return diagnosis.unknown(CheckId::file_not_loaded, name_of(row), "servers before 1.34 do not say what they run",
                             "restart it, so that it reads its file again");
  if (!row.configuration || *row.configuration == file.hash) return;
  diagnosis.error(CheckId::file_not_loaded, name_of(row),
                  fmt::format("it runs {}, and {} is {}", control_plane::short_hash(*row.configuration), file.name,
                              control_plane::short_hash(file.hash)),
                  fmt::format("copy the file there and restart the API server, unless it reloads by itself; then: {}",
                              wait_for(file)));
}

WallTime at(double unix_seconds) {
  return WallTime(std::chrono::duration_cast<WallTime::duration>(std::chrono::duration<double>(unix_seconds)));
}

void check_reload(const SeenServer& server, const std::optional<GivenFile>& file, Diagnosis& diagnosis) {
  const control_plane::ServerPage& page = server.page;
  diagnosis.made(CheckId::reload_failing);
  if (page.last_reload_failure <= page.last_reload_success) return;
  const auto ago = page.now - at(page.last_reload_failure);
  if (ago > kReloadPatience) return;
  diagnosis.error(CheckId::reload_failing, fmt::format("API server at {}", server.where),
                  fmt::format("it tried to load a changed file and failed, {} ago, and goes on with {}",
                              format_duration(std::max<Duration>(ago, Duration::zero())),
                              page.configuration ? control_plane::short_hash(*page.configuration) : "the former one"),
                  fmt::format("{} config lint {}; the API server's log says what is wrong", kProgram, file ? file->name : "FILE"));
}

// The key that each plugin has named last, by plugin.
std::map<std::string, std::string> present_keys(const control_plane::ServerPage& page) {
  std::map<std::string, const control_plane::KeySeen*> latest;
  for (const control_plane::KeySeen& key : page.keys) {
    const auto [known, fresh] = latest.emplace(key.provider, &key);
    if (!fresh && key.last > known->second->last) known->second = &key;
  }
  std::map<std::string, std::string> keys;
  for (const auto& [provider, key] : latest) keys.emplace(provider, key->key_hash);
  return keys;
}

void check_kms_keys(const Survey& survey, Diagnosis& diagnosis) {
  diagnosis.made(CheckId::kms_keys_differ);
  std::map<std::string, std::map<std::string, std::vector<std::string>>> servers;  // by plugin and key
  for (const SeenServer& server : survey.seen)
    for (const auto& [provider, key] : present_keys(server.page)) servers[provider][key].push_back(server.where);
  for (const auto& [provider, by_key] : servers) {
    if (by_key.size() < 2) continue;
    std::vector<std::string> said;
    for (const auto& [key, where] : by_key)
      said.push_back(fmt::format("{} at {}", control_plane::short_hash(key), fmt::join(where, ", ")));
    diagnosis.warning(CheckId::kms_keys_differ, fmt::format("KMS plugin {}", provider),
                      fmt::format("its key IDs have the hashes {}", fmt::join(said, "; ")),
                      "wait a minute, in which every API server asks its plugin again; then see that all plugins use one key");
  }
}

void check_quota(const SeenServer& server, Diagnosis& diagnosis) {
  const control_plane::ServerPage& page = server.page;
  const auto growth = control_plane::estimated_growth({kube::secrets_resource(), std::nullopt}, page);
  constexpr std::string_view kLook = "etcdctl endpoint status shows its size, and etcd's command line --quota-backend-bytes";
  if (!page.database_bytes || !growth)
    return diagnosis.unknown(CheckId::etcd_quota, "etcd", "the API server does not say how large its database is", std::string(kLook));
  if (*page.database_bytes >= control_plane::kDefaultQuota)
    return diagnosis.unknown(CheckId::etcd_quota, "etcd",
                             fmt::format("its database has {}, so it has another quota than the default, which the API does not tell",
                                         format_bytes(*page.database_bytes)),
                             std::string(kLook));
  diagnosis.made(CheckId::etcd_quota);
  if (*page.database_bytes + *growth <= control_plane::kDefaultQuota) return;
  diagnosis.warning(CheckId::etcd_quota, "etcd",
                    fmt::format("its database has {}, writing all Secrets again adds up to {}, and its quota is {} unless it was changed",
                                format_bytes(*page.database_bytes), format_bytes(*growth),
                                format_bytes(control_plane::kDefaultQuota)),
                    "etcdctl compact REVISION and etcdctl defrag, or a larger --quota-backend-bytes");
}

}  // namespace

void check_servers(const Survey& survey, const std::optional<GivenFile>& file, Diagnosis& diagnosis) {
  const auto agreement = census::compare(survey, file ? std::optional(file->hash) : std::nullopt);
  check_agreement(agreement, survey, file, diagnosis);
  for (const census::ServerRow& row : agreement.servers) {
    if (!row.seen) continue;
    check_flag(row, diagnosis);
    if (file) check_file(row, *file, diagnosis);
  }
  for (const SeenServer& server : survey.seen) check_reload(server, file, diagnosis);
  check_kms_keys(survey, diagnosis);
  if (!survey.seen.empty()) check_quota(survey.seen.front(), diagnosis);
}

void check_readiness(const ReadinessByAddress& servers, Diagnosis& diagnosis) {
  for (const auto& [address, readiness] : servers) {
    const std::string subject = fmt::format("API server at {}", address);
    if (!readiness) {
      diagnosis.unknown(CheckId::server_not_ready, subject, readiness.error().message, "see whether it is to be reached from here");
      continue;
    }
    diagnosis.made(CheckId::server_not_ready);
    diagnosis.made(CheckId::kms_unhealthy);
    std::vector<std::string> kms, others;
    for (const std::string& name : readiness->failing) (name.starts_with("kms-provider") ? kms : others).push_back(name);
    if (!kms.empty())
      diagnosis.error(CheckId::kms_unhealthy, subject, fmt::format("its /readyz says that these fail: {}", fmt::join(kms, ", ")),
                      "on its node: journalctl and crictl logs of the KMS plugin; see that its socket is there, and its KMS in reach");
    if (!others.empty() || (!readiness->ready && kms.empty()))
      diagnosis.error(CheckId::server_not_ready, subject,
                      others.empty() ? "its /readyz says that it is not ready"
                                     : fmt::format("its /readyz says that these fail: {}", fmt::join(others, ", ")),
                      fmt::format("kubectl get --raw '/readyz?verbose' --server https://{}", address));
  }
}

bool runs(const Survey& survey, const GivenFile& file) {
  return std::ranges::any_of(survey.seen, [&file](const SeenServer& one) { return one.page.configuration == file.hash; });
}

}  // namespace kencrypt::doctor
