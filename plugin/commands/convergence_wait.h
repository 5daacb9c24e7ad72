// Waiting until every API server runs one file and is ready: what `wait` does, and every step of a rotation.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "commands/convergence.h"
#include "commands/environment.h"
#include "commands/session.h"

namespace kencrypt::commands {

struct WaitReport {
  std::string file;           // its path, as given
  std::string configuration;  // sha256_label of its bytes
  Convergence convergence{};  // of the last look
  // All that were ever there; those of earlier waits to begin with.
  KnownServers known{};
  Duration waited{};
};

struct WaitOptions {
  Duration timeout{};               // zero: one look
  std::string_view word = "wait";  // in front of what is said of the servers
  // Called once, if the first look does not find all of them running the file. Its error ends the waiting.
  std::function<Result<void>(const Convergence&)> on_behind = {};
};

// The exit code: kDone, kFindings where it will never be known of all servers, kInterrupted. Says on standard error what
// changes. Errors: timeout, which names the servers that stay behind; of what will not be better for waiting.
Result<int> wait_for_convergence(WaitReport& report, const WaitOptions& options, Session& session, Environment& environment);

}  // namespace kencrypt::commands
