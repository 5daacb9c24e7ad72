// A connection to etcd, without kubeconfig and API server: from flags and variables to a transport
// over its members.
#pragma once

#include <memory>

#include "base/result.h"
#include "cli/flag.h"
#include "cli/parsed_flags.h"
#include "commands/environment.h"
#include "etcd/endpoint_options.h"
#include "http/transport.h"

namespace kencrypt::commands {

// --etcd-endpoints and the others, under their own heading.
cli::FlagTable etcd_flags();

// Whether one of them was given, so that etcd is wanted rather than the API server.
bool wants_etcd(const cli::ParsedFlags& flags);

// What they say. `flags` must have been parsed with etcd_flags().
etcd::EndpointFlags endpoint_flags(const cli::ParsedFlags& flags);

class EtcdSession {
 public:
  virtual ~EtcdSession() = default;
  // Fails over between the endpoints; logged as -v says.
  virtual http::Transport& transport() = 0;
  virtual const etcd::EndpointOptions& options() const = 0;
};

// Reads the certificate files; nothing is sent yet. The CA of the options is all that is trusted.
// `environment` must outlive the session. Errors: io, config, where a file cannot be read or holds
// no certificate.
Result<std::unique_ptr<EtcdSession>> open_etcd_session(etcd::EndpointOptions options, int verbosity,
                                                       Environment& environment);

}  // namespace kencrypt::commands
