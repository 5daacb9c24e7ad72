// The API servers that `status` and `wait` ask: those of --api-server, or the one that the kubeconfig leads to and whichever
// others can be found.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/flag.h"
#include "commands/environment.h"
#include "commands/removal_check.h"
#include "commands/session.h"
#include "control_plane/survey.h"
#include "kube/server_url.h"

namespace kencrypt::commands {

// --api-server, which may be given several times. `does`: what comes of it, as sentences.
cli::Flag api_server_flag(std::string_view does);
// Errors: usage.
Result<std::vector<kube::ServerUrl>> parse_api_servers(const std::vector<std::string>& urls);

class ApiServers {
 public:
  // All must outlive it. Goes to the first of `named`; without any to where the session leads. Errors: usage, for an
  // address that does not go with the kubeconfig's; those of making the transport. Nothing is sent yet.
  static Result<ApiServers> open(const std::vector<kube::ServerUrl>& named, Session& session, Environment& environment);

  // To the one that is measured; valid until go_to_some_server.
  http::Transport& line() { return own_line_ ? *own_line_ : session_->transport(); }
  // Where something spreads requests over several API servers: goes to one of them at its own address. False if none is
  // to be reached, or one was named.
  bool go_to_some_server();
  // A page of the one that is measured. Errors: those of control_plane::ask_first.
  Result<control_plane::ServerPage> first_page() { return control_plane::ask_first(around()); }
  // Asks the others, the named ones if there are any; `first` is a page of the one that is measured.
  control_plane::Survey survey_from(control_plane::ServerPage first);
  // Where the one that is measured and the others can be asked one by one, as far as that is known.
  const http::Endpoint& endpoint() const { return endpoint_; }
  std::vector<http::Endpoint> addresses_of_others();
  // What all of them run; `file` is the hash of --config, if there is one.
  AskedServers ask(const std::optional<std::string>& file);

 private:
  ApiServers(const std::vector<kube::ServerUrl>& named, Session& session, Environment& environment)
      : session_(&session),
        environment_(&environment),
        named_(!named.empty()),
        endpoint_(session.config().endpoint) {}
  Result<void> go_to_first(const std::vector<kube::ServerUrl>& named);
  Result<http::Endpoint> endpoint_of(const kube::ServerUrl& url) const;
  control_plane::Surroundings around();

  Session* session_;
  Environment* environment_;
  bool named_;
  http::Endpoint endpoint_;                    // of the one that is measured
  std::unique_ptr<http::Transport> own_line_;  // to it, where that is not the session's
  std::vector<http::Endpoint> others_;         // that were named, after the first
};

}  // namespace kencrypt::commands
