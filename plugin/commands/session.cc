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

// Several connections share one user.
class SharedCredentials final : public kube::Credentials {
 public:
  explicit SharedCredentials(kube::Credentials& shared) : shared_(shared) {}
  Result<void> ensure(WallTime now) override { return shared_.ensure(now); }
  Result<bool> renew(WallTime now) override { return shared_.renew(now); }
  const kube::CredentialValues& values() const override { return shared_.values(); }

 private:
  kube::Credentials& shared_;
};

// What all connections of a session have in common.
struct Common {
  kube::Credentials& credentials;
  const Logger& logger;
  kube::WarningPrinter& warnings;
  const Clock& clock;
  kube::RequestDefaults defaults;
};

// A transport in its layers, innermost first: the network, the observers, the credentials.
class Line final : public http::Transport {
 public:
  Line(std::unique_ptr<http::Transport> network, const std::string& base_url, const Common& common)
      : network_(std::move(network)),
        log_(common.logger, common.clock, base_url),
        observed_(*network_, observers(common)),
        authenticated_(observed_, std::make_unique<SharedCredentials>(common.credentials),
                       common.clock, common.defaults) {}

  http::RequestId start(http::Request request, http::Receiver& receiver) override {
    return authenticated_.start(std::move(request), receiver);
  }
  void cancel(http::RequestId id) override { authenticated_.cancel(id); }
  void run_once(TimePoint until) override { authenticated_.run_once(until); }
  std::uint64_t connections_opened() const override { return authenticated_.connections_opened(); }

 private:
  std::vector<http::Observer*> observers(const Common& common) {
    std::vector<http::Observer*> observers{&common.warnings};
    if (common.logger.enabled(kube::kRequestLogLevel)) observers.push_back(&log_);
    return observers;
  }

  std::unique_ptr<http::Transport> network_;
  kube::RequestLog log_;
  http::ObservedTransport observed_;
  kube::Authenticator authenticated_;
};

class OpenSession final : public Session {
 public:
  OpenSession(kube::ClientConfig config, std::unique_ptr<http::Transport> network,
              std::unique_ptr<kube::Credentials> credentials, const cli::ParsedFlags& flags,
              Environment& environment)
      : config_(std::move(config)),
        credentials_(std::move(credentials)),
        environment_(environment),
        logger_(environment.err, environment.clock, static_cast<int>(std::clamp<std::int64_t>(
                                                        flags.get_int("v"), 0, 10))),
        warnings_([&err = environment.err](std::string_view line) { err << line << '\n'; },
                  warning_color(environment)),
        warnings_are_errors_(flags.get_bool("warnings-as-errors")),
        line_(std::move(network), http::display_url(config_.endpoint), common()) {}

  http::Transport& transport() override { return line_; }
  Result<std::unique_ptr<http::Transport>> connect(const http::Endpoint& endpoint,
                                                   Duration connect_timeout) override {
    TRY_ASSIGN(auto network, environment_.connect(
                                 endpoint, {.max_connections = 1, .connect_timeout = connect_timeout}));
    return std::make_unique<Line>(std::move(network), http::display_url(endpoint), common());
  }
  const kube::ClientConfig& config() const override { return config_; }
  Result<int> close(int exit_code) override {
    if (!warnings_are_errors_ || warnings_.count() == 0) return exit_code;
    return fail(ErrorKind::server, fmt::format("{} warning{} received", warnings_.count(),
                                               warnings_.count() == 1 ? "" : "s"));
  }

 private:
  Common common() {
    return {*credentials_, logger_, warnings_, environment_.clock,
            {.user_agent = kube::user_agent(kVersion),
             .timeout = config_.request_timeout,
             .headers = kube::impersonation_headers(config_.user.impersonate)}};
  }

  kube::ClientConfig config_;
  std::unique_ptr<kube::Credentials> credentials_;
  Environment& environment_;
  Logger logger_;
  kube::WarningPrinter warnings_;
  bool warnings_are_errors_;
  Line line_;
};

kube::PluginRun plugin_run(const Environment& environment, std::optional<TimePoint> deadline) {
  kube::PluginRun run =
      environment.terminals.in ? kube::StandardInput::terminal : kube::StandardInput::other;
  if (deadline)
    run.time_left = [&clock = environment.clock, until = *deadline] { return until - clock.now(); };
  return run;
}

}  // namespace

Result<std::unique_ptr<Session>> open_session(const cli::ParsedFlags& flags, Environment& environment,
                                              http::CurlOptions options,
                                              std::optional<TimePoint> deadline) {
  TRY_ASSIGN(kube::ClientConfig config,
             kube::resolve_connection(connection_flags(flags), environment.variables));
  TRY_ASSIGN(auto credentials,
             kube::make_credentials(config, environment.variables, plugin_run(environment, deadline)));
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
