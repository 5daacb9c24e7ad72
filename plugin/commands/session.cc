#include "commands/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <utility>

#include "base/log.h"
#include "commands/version_info.h"
#include "http/observed_transport.h"
#include "kube/authenticator.h"
#include "kube/credentials.h"
#include "kube/impersonation.h"
#include "kube/request_log.h"
#include "kube/user_agent.h"
#include "kube/warning_printer.h"
#include "output/terminal.h"

namespace kencrypt::commands {
namespace {

kube::ConnectionFlags connection_flags(const cli::ParsedFlags& flags) {
  kube::ConnectionFlags connection;
  connection.kubeconfig = flags.get_string("kubeconfig");
  connection.context = flags.get_string("context");
  connection.cluster = flags.get_string("cluster");
  connection.user = flags.get_string("user");
  connection.name_space = flags.get_string("namespace");
  connection.server = flags.get_string("server");
  connection.tls_server_name = flags.get_string("tls-server-name");
  connection.insecure_skip_tls_verify = flags.get_bool("insecure-skip-tls-verify");
  connection.certificate_authority = flags.get_string("certificate-authority");
  connection.client_certificate = flags.get_string("client-certificate");
  connection.client_key = flags.get_string("client-key");
  connection.token = SecretBytes(flags.get_string("token"));
  connection.as = flags.get_string("as");
  connection.as_uid = flags.get_string("as-uid");
  connection.as_group = flags.get_list("as-group");
  connection.as_user_extra = flags.get_list("as-user-extra");
  connection.username = flags.get_string("username");
  connection.password = SecretBytes(flags.get_string("password"));
  connection.request_timeout = flags.get_string("request-timeout");
  connection.disable_compression = flags.get_bool("disable-compression");
  connection.proxy_url = flags.get_string("proxy-url");
  return connection;
}

kube::WarningColor warning_color(const Environment& environment) {
  const auto no_color = environment.variables.find("NO_COLOR");
  const std::string term = environment.variables.find("TERM").value_or("");
  const bool colour = output::use_colour(output::ColourChoice::automatic,
                                         {.is_terminal = environment.terminals.err,
                                          .no_color = no_color,
                                          .term = term});
  return colour ? kube::WarningColor::yellow : kube::WarningColor::none;
}

// The layers, innermost first: the network, the observers, the credentials.
class OpenSession final : public Session {
 public:
  OpenSession(kube::ClientConfig config, std::unique_ptr<http::Transport> network,
              std::unique_ptr<kube::Credentials> credentials, const cli::ParsedFlags& flags,
              Environment& environment)
      : config_(std::move(config)),
        network_(std::move(network)),
        logger_(environment.err, environment.clock, static_cast<int>(std::clamp<std::int64_t>(
                                                        flags.get_int("v"), 0, 10))),
        log_(logger_, environment.clock, http::display_url(config_.endpoint)),
        warnings_([&err = environment.err](std::string_view line) { err << line << '\n'; },
                  warning_color(environment)),
        warnings_are_errors_(flags.get_bool("warnings-as-errors")),
        observed_(*network_, observers()),
        authenticated_(observed_, std::move(credentials), environment.clock,
                       {.user_agent = kube::user_agent(kVersion),
                        .timeout = config_.request_timeout,
                        .headers = kube::impersonation_headers(config_.user.impersonate)}) {}

  http::Transport& transport() override { return authenticated_; }
  const kube::ClientConfig& config() const override { return config_; }
  Result<int> close(int exit_code) override {
    if (!warnings_are_errors_ || warnings_.count() == 0) return exit_code;
    return fail(ErrorKind::server, fmt::format("{} warning{} received", warnings_.count(),
                                               warnings_.count() == 1 ? "" : "s"));
  }

 private:
  std::vector<http::Observer*> observers() {
    std::vector<http::Observer*> observers{&warnings_};
    if (logger_.enabled(kube::kRequestLogLevel)) observers.push_back(&log_);
    return observers;
  }

  kube::ClientConfig config_;
  std::unique_ptr<http::Transport> network_;
  Logger logger_;
  kube::RequestLog log_;
  kube::WarningPrinter warnings_;
  bool warnings_are_errors_;
  http::ObservedTransport observed_;
  kube::Authenticator authenticated_;
};

}  // namespace

Result<std::unique_ptr<Session>> open_session(const cli::ParsedFlags& flags, Environment& environment,
                                              http::CurlOptions options) {
  TRY_ASSIGN(kube::ClientConfig config,
             kube::resolve_connection(connection_flags(flags), environment.variables));
  TRY_ASSIGN(auto credentials,
             kube::make_credentials(config, environment.variables,
                                    environment.terminals.in ? kube::StandardInput::terminal
                                                             : kube::StandardInput::other));
  TRY_ASSIGN(auto network, environment.connect(config.endpoint, options));
  return std::make_unique<OpenSession>(std::move(config), std::move(network), std::move(credentials),
                                       flags, environment);
}

std::string describe_server(const kube::ClientConfig& config) {
  return http::display_url(config.endpoint);
}

std::string describe_user(const kube::ClientConfig& config) {
  const std::string name = config.user_name.empty() ? "<none>" : config.user_name;
  return config.user.impersonate.user.empty() ? name : fmt::format("{}, acting as {}", name, config.user.impersonate.user);
}

}  // namespace kencrypt::commands
