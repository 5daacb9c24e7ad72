#include "commands/etcd_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/file.h"
#include "base/log.h"
#include "commands/version_info.h"
#include "etcd/failover_transport.h"
#include "http/observed_transport.h"
#include "http/system_roots.h"
#include "kube/request_log.h"
#include "kube/user_agent.h"

namespace kencrypt::commands {
namespace {

constexpr std::string_view kGroup = "etcd";
constexpr std::size_t kMaxPemFile = std::size_t{1} << 20;  // a CA, or a chain and a key: some KiB
// etcdctl's --dial-timeout is 2 s; a member in another region may need more.
constexpr Duration kConnectTimeout = std::chrono::seconds(5);

// What all members have in common.
struct Credentials {
  std::string roots;
  std::optional<http::Identity> identity;
};

Result<std::string> read_roots(const std::string& path) {
  TRY_ASSIGN(const SecretBytes content, read_file(path, kMaxPemFile));
  std::string roots = http::certificates_of(content.view());
  if (roots.empty())
    return fail(ErrorKind::config, fmt::format("--etcd-cacert: {} holds no PEM certificate", path));
  return roots;
}

Result<Credentials> read_credentials(const etcd::EndpointOptions& options) {
  Credentials credentials;
  if (!options.cacert.empty()) {
    TRY_ASSIGN(credentials.roots, read_roots(options.cacert));
  }
  if (options.cert.empty()) return credentials;
  http::Identity identity;
  TRY_ASSIGN(identity.certificate, read_file(options.cert, kMaxPemFile));
  TRY_ASSIGN(identity.key, read_file(options.key, kMaxPemFile));
  credentials.identity = std::move(identity);
  return credentials;
}

http::Endpoint to_endpoint(const etcd::EndpointAddress& address, const std::string& roots,
                           bool nobody_checks) {
  http::Endpoint endpoint;
  endpoint.scheme = address.tls ? "https" : "http";
  endpoint.host = address.host;
  endpoint.port = address.port;
  endpoint.trust = nobody_checks ? http::Trust::nobody_checks : http::Trust::given_roots;
  endpoint.roots = roots;
  endpoint.compression = false;
  return endpoint;
}

// To one member: the network, the request log, the client certificate.
class MemberLine final : public http::Transport {
 public:
  MemberLine(std::unique_ptr<http::Transport> network, const std::string& base_url,
             const http::Identity* identity, const Logger& logger, const Clock& clock)
      : network_(std::move(network)),
        log_(logger, clock, base_url),
        observed_(*network_, {&log_}),
        identity_(identity) {}

  http::RequestId start(http::Request request, http::Receiver& receiver) override {
    request.identity = identity_;
    request.headers.push_back({"User-Agent", kube::user_agent(kVersion)});
    return observed_.start(std::move(request), receiver);
  }
  void cancel(http::RequestId id) override { observed_.cancel(id); }
  void run_once(TimePoint until) override { observed_.run_once(until); }
  std::uint64_t connections_opened() const override { return observed_.connections_opened(); }

 private:
  std::unique_ptr<http::Transport> network_;
  kube::RequestLog log_;
  http::ObservedTransport observed_;
  const http::Identity* identity_;
};

class OpenEtcdSession final : public EtcdSession {
 public:
  OpenEtcdSession(etcd::EndpointOptions options, Credentials credentials, int verbosity,
                  Environment& environment)
      : options_(std::move(options)),
        credentials_(std::move(credentials)),
        environment_(environment),
        logger_(environment.err, environment.clock, verbosity),
        members_(options_.endpoints.size(), [this](std::size_t member) { return open(member); }) {}

  http::Transport& transport() override { return members_; }
  const etcd::EndpointOptions& options() const override { return options_; }

 private:
  Result<std::unique_ptr<http::Transport>> open(std::size_t member) {
    const http::Endpoint endpoint = to_endpoint(options_.endpoints[member], credentials_.roots,
                                                options_.insecure_skip_tls_verify);
    TRY_ASSIGN(auto network, environment_.connect(endpoint, {.max_connections = 1,
                                                             .connect_timeout = kConnectTimeout}));
    // Without TLS nobody asks for the certificate.
    const bool known = endpoint.scheme == "https" && credentials_.identity;
    return std::make_unique<MemberLine>(std::move(network), http::display_url(endpoint),
                                        known ? &*credentials_.identity : nullptr, logger_,
                                        environment_.clock);
  }

  etcd::EndpointOptions options_;
  Credentials credentials_;
  Environment& environment_;
  Logger logger_;
  etcd::FailoverTransport members_;
};

cli::Flag text_flag(std::string name, std::string default_value, std::string help,
                    cli::ValueShape value = {}) {
  return {.name = std::move(name),
          .default_value = std::move(default_value),
          .help = std::move(help),
          .group = std::string(kGroup),
          .value = std::move(value)};
}

std::optional<std::string> text_if_given(const cli::ParsedFlags& flags, std::string_view name) {
  if (!flags.was_set(name)) return std::nullopt;
  return flags.get_string(name);
}

std::optional<bool> bool_if_given(const cli::ParsedFlags& flags, std::string_view name) {
  if (!flags.was_set(name)) return std::nullopt;
  return flags.get_bool(name);
}

}  // namespace

cli::FlagTable etcd_flags() {
  return {
      text_flag("etcd-endpoints", "",
                "Members of etcd, as host:port or URL, separated by commas; the next one is asked "
                "where one "
                "does not answer. By default ETCDCTL_ENDPOINTS, else 127.0.0.1:2379."),
      text_flag("etcd-cacert", "",
                "File with the certificate of etcd's CA; nothing else is trusted. By default "
                "ETCDCTL_CACERT.",
                cli::file()),
      text_flag("etcd-cert", "", "File with the client certificate. By default ETCDCTL_CERT.",
                cli::file()),
      text_flag("etcd-key", "", "File with the client certificate's key. By default ETCDCTL_KEY.",
                cli::file()),
      text_flag("etcd-prefix", "/registry",
                "The prefix of the cluster's keys, as kube-apiserver's --etcd-prefix."),
      {.name = "etcd-insecure-skip-tls-verify",
       .kind = cli::FlagKind::boolean,
       .default_value = "false",
       .help = "Do not check the certificate of etcd. This lets others read what etcd sends. By "
               "default "
               "ETCDCTL_INSECURE_SKIP_TLS_VERIFY.",
       .group = std::string(kGroup)},
  };
}

bool wants_etcd(const cli::ParsedFlags& flags) {
  const cli::FlagTable table = etcd_flags();
  return std::any_of(table.begin(), table.end(),
                     [&flags](const cli::Flag& flag) { return flags.was_set(flag.name); });
}

etcd::EndpointFlags endpoint_flags(const cli::ParsedFlags& flags) {
  etcd::EndpointFlags given;
  given.endpoints = text_if_given(flags, "etcd-endpoints");
  given.cacert = text_if_given(flags, "etcd-cacert");
  given.cert = text_if_given(flags, "etcd-cert");
  given.key = text_if_given(flags, "etcd-key");
  given.insecure_skip_tls_verify = bool_if_given(flags, "etcd-insecure-skip-tls-verify");
  given.prefix = flags.get_string("etcd-prefix");
  return given;
}

Result<std::unique_ptr<EtcdSession>> open_etcd_session(etcd::EndpointOptions options, int verbosity,
                                                       Environment& environment) {
  TRY_ASSIGN(Credentials credentials, read_credentials(options));
  return std::make_unique<OpenEtcdSession>(std::move(options), std::move(credentials), verbosity,
                                           environment);
}

}  // namespace kencrypt::commands
