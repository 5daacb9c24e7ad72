// A connection to the API server, the way every command needs it: from flags and kubeconfig to an
// authenticated, logged transport.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "cli/parsed_flags.h"
#include "commands/environment.h"
#include "http/transport.h"
#include "kube/connection.h"

namespace kencrypt::commands {

class Session {
 public:
  virtual ~Session() = default;
  virtual http::Transport& transport() = 0;
  // Another connection with the same credentials, to `endpoint`: another API server of the cluster, or
  // the same address anew. It must not outlive the session. Errors: those of the transport's set-up.
  virtual Result<std::unique_ptr<http::Transport>> connect(const http::Endpoint& endpoint,
                                                           Duration connect_timeout) = 0;
  virtual const kube::ClientConfig& config() const = 0;
  // The exit code, with --warnings-as-errors taken into account. Call it last.
  virtual Result<int> close(int exit_code) = 0;
};

// Resolves the connection and makes the transport; nothing is sent yet. `flags` and `environment` must
// outlive the session. With `deadline` nobody waits longer than that for an exec plugin (kube::PluginRun).
// Errors: those of resolve_connection.
Result<std::unique_ptr<Session>> open_session(const cli::ParsedFlags& flags, Environment& environment,
                                              http::CurlOptions options,
                                              std::optional<TimePoint> deadline = {});

// "https://host:port" of the server, and the user as a person would name it: the kubeconfig's entry, and
// whom it acts as.
std::string describe_server(const kube::ClientConfig& config);
std::string describe_user(const kube::ClientConfig& config);

}  // namespace kencrypt::commands
