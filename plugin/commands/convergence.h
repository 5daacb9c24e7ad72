// Whether every API server runs one file, is ready, and has gone over to a KMS key: what `wait` waits for. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "census/server_agreement.h"
#include "control_plane/key_change.h"
#include "control_plane/readiness.h"

namespace kencrypt::commands {

// By address, as ServerRow has it: "10.0.0.1:6443".
using ReadinessByAddress = std::map<std::string, Result<control_plane::Readiness>>;

// Hosts, by the ID of the API server.
using KnownServers = std::map<std::string, std::string>;

struct ServerStanding {
  std::string name;  // "apiserver-x on cp-1", or the address of one without a Lease
  census::ServerRow row;
  bool converged = false;  // all that is asked for holds of it
  // No waiting will tell: the server does not publish what it runs, or its KMS keys. What it can tell holds.
  bool unknowable = false;
  std::string reason;  // why it has not converged; "" if it has: "is not ready (etcd)"
  std::vector<control_plane::PresentKey> keys{};  // where they were asked for
};

struct Convergence {
  std::vector<ServerStanding> servers;
  std::optional<std::string> doubt;  // what is not known of them all together

  std::size_t converged() const;
  // All that is asked for holds of all servers that there are, and that is known.
  bool proven() const;
  // What can be known says that they do, and the rest will not be known however long one waits.
  bool ends_in_doubt() const;
};

// What is asked of each API server.
struct Measure {
  std::optional<std::string> hash{};  // sha256_label of the file; nullopt: whatever they run
  // Of those servers that were seen, which are the first of the agreement; empty: the keys do not matter.
  std::vector<control_plane::KeyStanding> keys{};
  // Which were there earlier. One that has no Lease now has not converged: an API server that is stopped in an orderly way
  // takes its Lease with it, and may come back with another file.
  KnownServers before{};
};

// A server whose readiness was not asked has not converged.
Convergence judge(const census::ServerAgreement& agreement, const ReadinessByAddress& ready, const Measure& measure);

}  // namespace kencrypt::commands
