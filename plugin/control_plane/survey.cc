#include "control_plane/survey.h"

#include <algorithm>
#include <utility>

#include "control_plane/patience.h"
#include "control_plane/server_address.h"
#include "kube/api_status.h"

namespace kencrypt::control_plane {
namespace {

class Surveyor {
 public:
  Surveyor(const Surroundings& around, ServerPage first) : around_(around) {
    survey_.seen.push_back({.where = http::host_and_port(around.endpoint), .page = std::move(first)});
  }

  Survey run() {
    count_servers();
    if (something_unseen() && !ask_at_addresses()) ask_through_balancer();
    return std::move(survey_);
  }

  Survey run_at(const std::vector<http::Endpoint>& others) {
    constexpr Duration kConnect = std::chrono::seconds(10);
    count_servers();
    for (const http::Endpoint& other : others) ask(other, kConnect);
    return std::move(survey_);
  }

 private:
  void count_servers() {
    auto leases = patiently(around_, [&]() -> Result<std::vector<IdentityLease>> {
      TRY_ASSIGN(const http::Response response, small_document(around_, leases_request()));
      return parse_leases(response.body.view());
    });
    if (leases)
      survey_.leases = live_leases(*std::move(leases), survey_.seen.front().page.now);
    else
      survey_.leases_error = leases.error();
  }

  bool something_unseen() const { return !unseen_servers(survey_.leases, survey_.seen).empty(); }

  // Whether every address was asked: then there is nobody else to be found.
  bool ask_at_addresses() {
    const auto addresses = own_addresses(around_);
    survey_.seen.front().own_address = std::any_of(addresses.begin(), addresses.end(), [&](const http::Endpoint& address) {
      return http::host_and_port(address) == survey_.seen.front().where;
    });
    return !addresses.empty() &&
           std::all_of(addresses.begin(), addresses.end(),
                       [&](const http::Endpoint& address) { return ask(address, kDirectConnect); });
  }

  void ask_through_balancer() {
    constexpr Duration kConnect = std::chrono::seconds(10);
    const std::size_t most = std::min(kMaxPages, kPagesAServer * survey_.leases.size());
    for (std::size_t i = 0; i < most && something_unseen(); ++i)
      if (!ask(around_.endpoint, kConnect)) return;
  }

  bool ask(const http::Endpoint& endpoint, Duration connect_timeout) {
    auto transport = around_.connect(endpoint, connect_timeout);
    if (!transport) return false;
    auto page = read_server_page(**transport, around_.clock);
    if (!page) return false;
    keep({.where = http::host_and_port(endpoint), .page = *std::move(page)});
    return true;
  }

  // A server that was seen before, with the same configuration, is nothing new; with another one it
  // is.
  void keep(SeenServer server) {
    const bool known =
        std::any_of(survey_.seen.begin(), survey_.seen.end(), [&](const SeenServer& old) {
          return old.page.id_hash == server.page.id_hash &&
                 old.page.configuration == server.page.configuration &&
                 (!server.page.id_hash.empty() || old.where == server.where);
        });
    if (!known) survey_.seen.push_back(std::move(server));
  }

  const Surroundings& around_;
  Survey survey_;
};

}  // namespace

std::vector<http::Endpoint> own_addresses(const Surroundings& around) {
  std::vector<http::Endpoint> endpoints;
  if (!may_ask_directly(around.endpoint)) return endpoints;
  const auto response = small_document(around, addresses_request());
  if (!response) return endpoints;
  const auto addresses = parse_addresses(response->body.view());
  if (!addresses) return endpoints;
  for (const ServerAddress& address : *addresses)
    endpoints.push_back(at_address(around.endpoint, address));
  return endpoints;
}

Result<ServerPage> ask_first(const Surroundings& around) {
  return patiently(around, [&] { return read_server_page(around.transport, around.clock); });
}

Survey ask_all(const Surroundings& around, ServerPage first) {
  return Surveyor(around, std::move(first)).run();
}

Survey ask_these(const Surroundings& around, ServerPage first,
                 const std::vector<http::Endpoint>& others) {
  return Surveyor(around, std::move(first)).run_at(others);
}

}  // namespace kencrypt::control_plane
