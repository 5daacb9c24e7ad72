// Waiting until every API server runs one file, is ready, and has gone over to a KMS key: what `wait` does, and every step of
// a rotation.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "commands/api_servers.h"
#include "commands/convergence.h"
#include "commands/environment.h"
#include "commands/session.h"
#include "control_plane/key_change.h"

namespace kencrypt::commands {

// What the API servers are to do.
struct WaitDemand {
  std::string file{};                              // its path, as given; "": none
  std::optional<std::string> configuration{};      // sha256_label of its bytes
  std::optional<control_plane::KeyDemand> keys{};  // of a KMS

  // As in "timed out waiting for the API servers to ...".
  std::string goal() const;
};

struct WaitReport {
  WaitDemand demand{};
  Convergence convergence{};  // of the last look
  // All that were ever there; those of earlier waits to begin with.
  KnownServers known{};
  Duration waited{};
};

struct WaitTerms {
  Duration timeout{};              // zero: one look
  bool one_look = false;           // ends with the first look that found a server: with timeout, if they do not all comply
  std::string_view word = "wait";  // in front of what is said of the servers
  // Called once, if the first look does not find all of them running the file. Its error ends the waiting.
  std::function<Result<void>(const Convergence&)> on_behind = {};
};

// The exit code: kDone, kFindings where it will never be known of all servers, kInterrupted. Says on standard error what
// changes. Errors: timeout, which names the servers that stay behind; of what will not be better for waiting.
Result<int> wait_for_convergence(WaitReport& report, const WaitTerms& terms, ApiServers& servers, Session& session,
                                 Environment& environment);

// "key sha256:0123456789ab of KMS provider "vault"".
std::string display(const control_plane::PresentKey& key);

}  // namespace kencrypt::commands
