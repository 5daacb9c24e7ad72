// Asking the API servers: which there are, and what each says in its /metrics.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "control_plane/identity_lease.h"
#include "control_plane/server_check.h"
#include "http/endpoint.h"
#include "http/transport.h"

namespace kencrypt::control_plane {

// Another connection with the user's credentials.
using Connect = std::function<Result<std::unique_ptr<http::Transport>>(const http::Endpoint&,
                                                                       Duration connect_timeout)>;

// All must outlive the calls that take it.
struct Surroundings {
  http::Transport& transport;  // to `endpoint`
  const Clock& clock;
  const http::Endpoint& endpoint;
  Connect connect;
};

struct Survey {
  std::vector<SeenServer> seen;       // the one that the transport leads to first
  std::vector<IdentityLease> leases;  // live ones
  // Why the Leases could not be read; the servers cannot be counted then.
  std::optional<Error> leases_error;
};

// An address of the control plane either answers at once or is out of reach from here.
inline constexpr Duration kDirectConnect = std::chrono::seconds(2);
// Fresh connections through the balancer, for each server that exists: with one picked at random
// each time, one that is missed so often is not behind it. And not more than so many in all: a page
// has megabytes.
inline constexpr std::size_t kPagesAServer = 10;
inline constexpr std::size_t kMaxPages = 50;

// One page, from the server that the transport leads to. Errors: those of read_server_page.
Result<ServerPage> ask_first(const Surroundings& around);

// Looks for the others, one after the other: at their own addresses, and where these are not to be
// reached, through the balancer. `first` is what ask_first gave.
Survey ask_all(const Surroundings& around, ServerPage first);

// Where the API servers listen themselves, as they say; empty where that is not known, or where
// their certificates could not be checked.
std::vector<http::Endpoint> own_addresses(const Surroundings& around);

// Asks just the servers at these endpoints, besides the first. One that does not answer is not
// among those seen.
Survey ask_these(const Surroundings& around, ServerPage first,
                 const std::vector<http::Endpoint>& others);

}  // namespace kencrypt::control_plane
