#include "control_plane/identity_lease.h"

#include <fmt/format.h>

#include <charconv>

#include "base/rfc3339.h"
#include "base/sha256.h"
#include "kube/json_walk.h"
#include "kube/request.h"

namespace kencrypt::control_plane {
namespace {

constexpr std::string_view kItem = ".items[]";

Duration seconds_of(std::string_view text) {
  int seconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return std::chrono::seconds(seconds);
}

void take_field(IdentityLease& lease, std::string_view field, std::string_view value) {
  if (field == ".metadata.name") lease.name = value;
  if (field == ".metadata.labels.kubernetes.io/hostname") lease.host = value;
  if (field == ".spec.renewTime") lease.renewed = parse_rfc3339(value);
  if (field == ".spec.leaseDurationSeconds") lease.valid = seconds_of(value);
}

}  // namespace

http::Request leases_request() {
  const kube::Resource leases{.group = "coordination.k8s.io", .version = "v1", .plural = "leases"};
  return kube::list_request(leases,
                            {.name_space = "kube-system",
                             .label_selector = "apiserver.kubernetes.io/identity=kube-apiserver",
                             .field_selector = "",
                             .limit = 0,
                             .continue_token = "",
                             .view = kube::View::whole});
}

Result<std::vector<IdentityLease>> parse_leases(std::string_view json) {
  std::vector<IdentityLease> leases;
  IdentityLease lease;
  std::string kind;
  const bool whole =
      kube::walk_json(json, {.on_leaf =
                                 [&](std::string_view path, std::string_view value) {
                                   if (path == ".kind") kind = value;
                                   if (path.starts_with(kItem))
                                     take_field(lease, path.substr(kItem.size()), value);
                                 },
                             .on_end =
                                 [&](std::string_view path) {
                                   if (path != kItem) return;
                                   if (leases.size() <= kMaxServers && !lease.name.empty())
                                     leases.push_back(lease);
                                   lease = {};
                                 }});
  if (!whole || kind != "LeaseList")
    return fail(ErrorKind::protocol, "the server's reply is not a list of Leases in JSON");
  if (leases.size() > kMaxServers)
    return fail(ErrorKind::too_large,
                fmt::format("there are more than {} Leases of API servers", kMaxServers));
  return leases;
}

std::vector<IdentityLease> live_leases(std::vector<IdentityLease> leases, WallTime now) {
  std::erase_if(leases, [now](const IdentityLease& lease) {
    return lease.renewed && *lease.renewed + lease.valid < now;
  });
  return leases;
}

std::string id_hash_of(const IdentityLease& lease) { return sha256_label(lease.name); }

}  // namespace kencrypt::control_plane
