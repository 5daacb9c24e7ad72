#include "commands/api_servers.h"

#include <fmt/format.h>

#include <utility>

#include "commands/preflight.h"
#include "control_plane/server_address.h"

namespace kencrypt::commands {
namespace {

constexpr Duration kConnectTimeout = std::chrono::seconds(10);

}  // namespace

cli::Flag api_server_flag(std::string_view does) {
  return {.name = "api-server",
          .kind = cli::FlagKind::list,
          .help = fmt::format("The address of an API server, like https://10.0.0.1:6443; give the flag once for each. {}", does)};
}

Result<std::vector<kube::ServerUrl>> parse_api_servers(const std::vector<std::string>& urls) {
  std::vector<kube::ServerUrl> servers;
  for (const std::string& url : urls) {
    auto server = kube::parse_server_url(url);
    if (!server)
      return fail(ErrorKind::usage, fmt::format("--api-server: {}", server.error().message));
    servers.push_back(*std::move(server));
  }
  return servers;
}

Result<ApiServers> ApiServers::open(const std::vector<kube::ServerUrl>& named, Session& session,
                                    Environment& environment) {
  ApiServers servers(named, session, environment);
  TRY(servers.go_to_first(named));
  return servers;
}

// The credentials go there: over TLS, where the kubeconfig's address has it.
Result<http::Endpoint> ApiServers::endpoint_of(const kube::ServerUrl& url) const {
  const http::Endpoint& known = session_->config().endpoint;
  if (url.scheme != known.scheme)
    return fail(ErrorKind::usage,
                fmt::format("--api-server: give an address with {}://, as the kubeconfig has it", known.scheme));
  http::Endpoint endpoint = control_plane::at_address(known, {url.host, url.port});
  endpoint.base_path = url.path;
  return endpoint;
}

Result<void> ApiServers::go_to_first(const std::vector<kube::ServerUrl>& named) {
  for (const kube::ServerUrl& url : named) {
    TRY_ASSIGN(http::Endpoint endpoint, endpoint_of(url));
    others_.push_back(std::move(endpoint));
  }
  if (others_.empty()) return {};
  endpoint_ = others_.front();
  others_.erase(others_.begin());
  TRY_ASSIGN(own_line_, session_->connect(endpoint_, kConnectTimeout));
  return {};
}

bool ApiServers::go_to_some_server() {
  if (own_line_) return false;
  for (http::Endpoint& endpoint : control_plane::own_addresses(around())) {
    auto line = session_->connect(endpoint, control_plane::kDirectConnect);
    if (!line || !control_plane::read_server_page(**line, environment_->clock)) continue;
    endpoint_ = std::move(endpoint);
    own_line_ = *std::move(line);
    return true;
  }
  return false;
}

control_plane::Surroundings ApiServers::around() {
  control_plane::Surroundings around = surroundings_of(*session_, *environment_);
  return {line(), around.clock, endpoint_, std::move(around.connect)};
}

control_plane::Survey ApiServers::survey_from(control_plane::ServerPage first) {
  if (!named_) return control_plane::ask_all(around(), std::move(first));
  return control_plane::ask_these(around(), std::move(first), others_);
}

std::vector<http::Endpoint> ApiServers::addresses_of_others() {
  return named_ ? others_ : control_plane::own_addresses(around());
}

AskedServers ApiServers::ask(const std::optional<std::string>& file) {
  auto page = first_page();
  if (!page) return {std::nullopt, std::move(page).error().message};
  return {census::compare(survey_from(*std::move(page)), file), {}};
}

}  // namespace kencrypt::commands
