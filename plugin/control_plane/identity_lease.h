// The Leases by which API servers make themselves known: one each, in kube-system, renewed every 10
// s and valid for an hour (k8s.io/kubernetes pkg/controlplane/apiserver/server.go; gate
// APIServerIdentity, on since 1.26).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "http/message.h"

namespace kencrypt::control_plane {

struct IdentityLease {
  std::string name;  // the API server's ID
  std::string host;  // of its label kubernetes.io/hostname; may be ""
  std::optional<WallTime> renewed;
  Duration valid{};  // after `renewed`
};

// Far more API servers than any cluster has.
inline constexpr std::size_t kMaxServers = 1000;
inline constexpr std::size_t kMaxSmallDocument =
    16U << 20;  // bytes of a list of Leases or EndpointSlices

http::Request leases_request();

// Errors: protocol, for what is no list; too_large.
Result<std::vector<IdentityLease>> parse_leases(std::string_view json);

// Those that had not run out at `now`. One without a time counts as valid: rather a server too
// many.
std::vector<IdentityLease> live_leases(std::vector<IdentityLease> leases, WallTime now);

// The apiserver_id_hash that the server of this lease has in its metrics (getHash in
// pkg/server/options/encryptionconfig/metrics/metrics.go).
std::string id_hash_of(const IdentityLease& lease);

}  // namespace kencrypt::control_plane
