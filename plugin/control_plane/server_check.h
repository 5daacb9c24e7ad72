// Do all API servers run one encryption configuration? Pure: what was seen is given.
//
// Where they do not, an object that one server has just written is stale, or even unreadable, to
// another: a rewrite would not end in one state. How many servers there are is said by their
// Leases, which of them a page came from by the hash of its ID.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "control_plane/finding.h"
#include "control_plane/identity_lease.h"
#include "control_plane/server_page.h"

namespace kencrypt::control_plane {

// Of "sha256:..." as much as tells two apart and is short enough to read.
std::string short_hash(const std::string& hash);

struct SeenServer {
  std::string where;  // "10.0.0.1:6443"; two pages of one place are of one server
  ServerPage page;
  // Whether it was asked where it says itself that it listens: then it is none of the others that were.
  bool own_address = false;
};

// The Leases whose server is not among `seen`. A page without an ID counts for one of them,
// wherever it came from; that of the first only if it was asked at its own address, as it may be another's else.
std::vector<IdentityLease> unseen_servers(std::span<const IdentityLease> leases,
                                          std::span<const SeenServer> seen);

struct ServersVerdict {
  Finding finding;
  // The hash that all of them have; nullopt if they have none or not all could be seen.
  std::optional<std::string> configuration;
};

// `leases` are the live ones.
ServersVerdict compare_servers(std::span<const IdentityLease> leases,
                               std::span<const SeenServer> seen);

}  // namespace kencrypt::control_plane
