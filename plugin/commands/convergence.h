// Whether every API server runs one file and is ready: what `wait` waits for. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "census/server_agreement.h"
#include "control_plane/readiness.h"

namespace kencrypt::commands {

// By address, as ServerRow has it: "10.0.0.1:6443".
using ReadinessByAddress = std::map<std::string, Result<control_plane::Readiness>>;

// Hosts, by the ID of the API server.
using KnownServers = std::map<std::string, std::string>;

struct ServerStanding {
  std::string name;  // "apiserver-x on cp-1", or the address of one without a Lease
  census::ServerRow row;
  bool converged = false;  // runs the file, and is ready
  // No waiting will tell: the server does not publish what it runs.
  bool unknowable = false;
  std::string reason;  // why it has not converged; "" if it has: "is not ready (etcd)"
};

struct Convergence {
  std::vector<ServerStanding> servers;
  std::optional<std::string> doubt;  // what is not known of them all together

  std::size_t converged() const;
  // All servers that there are run the file and are ready, and that is known.
  bool proven() const;
  // What can be known says that they do, and the rest will not be known however long one waits.
  bool ends_in_doubt() const;
};

// `hash`: sha256_label of the file. A server whose readiness was not asked has not converged, nor has one of `before`, which
// were there earlier, that has no Lease now: an API server that is stopped in an orderly way takes its Lease with it, and
// may come back with another file.
Convergence judge(const census::ServerAgreement& agreement, const ReadinessByAddress& ready,
                  const std::string& hash, const KnownServers& before = {});

}  // namespace kencrypt::commands
