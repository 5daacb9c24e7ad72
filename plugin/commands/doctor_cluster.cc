#include "commands/doctor_cluster.h"

#include <fmt/format.h>

#include <functional>
#include <utility>

#include "census/census_run.h"
#include "commands/progress_line.h"
#include "control_plane/patience.h"
#include "doctor/access.h"
#include "doctor/api_server_pods.h"
#include "doctor/storage.h"
#include "kube/list_page.h"
#include "kube/request.h"
#include "kube/unreadable.h"

namespace kencrypt::commands {
namespace {

using doctor::CheckId;
using Checks = std::initializer_list<CheckId>;

// A right, and the commands that give it to somebody.
struct Right {
  std::string_view name;
  std::string_view grant;
};
constexpr Right kMetrics = {"get nonResourceURL /metrics",
                            "kubectl create clusterrole doctor-metrics --verb=get --non-resource-url=/metrics; "
                            "kubectl create clusterrolebinding doctor-metrics --clusterrole=doctor-metrics --user=NAME"};
constexpr Right kReadyz = {"get nonResourceURL /readyz",
                           "kubectl create clusterrole doctor-readyz --verb=get --non-resource-url=/readyz; "
                           "kubectl create clusterrolebinding doctor-readyz --clusterrole=doctor-readyz --user=NAME"};
constexpr Right kPods = {"list pods in kube-system",
                         "kubectl create role doctor-pods -n kube-system --verb=list --resource=pods; "
                         "kubectl create rolebinding doctor-pods -n kube-system --role=doctor-pods --user=NAME"};
constexpr Right kSecrets = {"get, list secrets",
                            "kubectl create clusterrole doctor-secrets --verb=get,list --resource=secrets; "
                            "kubectl create clusterrolebinding doctor-secrets --clusterrole=doctor-secrets --user=NAME"};
constexpr Right kRbac = {"list clusterroles, roles, clusterrolebindings, rolebindings",
                         "kubectl create clusterrole doctor-rbac --verb=list "
                         "--resource=clusterroles,roles,clusterrolebindings,rolebindings; "
                         "kubectl create clusterrolebinding doctor-rbac --clusterrole=doctor-rbac --user=NAME"};

// Of one page of 500 roles or bindings; those of 10,000 namespaces each with ten rules stay below.
constexpr std::size_t kMaxAccessPage = 64U << 20;
// The refusal to list Secrets names 100 at most.
constexpr std::size_t kMaxListing = 256U << 20;
constexpr std::size_t kPageItems = 500;

bool is_out_of_reach(ErrorKind kind) {
  return kind == ErrorKind::unreachable || kind == ErrorKind::connection_lost || kind == ErrorKind::timeout ||
         kind == ErrorKind::unavailable || kind == ErrorKind::tls;
}

class Cluster {
 public:
  Cluster(const DoctorOptions& options, const ClusterFiles& files, Session& session, ApiServers& servers,
          Environment& environment, doctor::Diagnosis& diagnosis)
      : options_(options),
        files_(files),
        session_(session),
        servers_(servers),
        environment_(environment),
        diagnosis_(diagnosis) {}

  std::optional<control_plane::Survey> run() {
    if (!reach()) return std::nullopt;
    look_at_servers();
    look_at_pods();
    look_at_secrets();
    look_at_access();
    return std::move(survey_);
  }

 private:
  bool reach();
  void look_at_servers();
  void ask_whether_ready();
  void look_at_pods();
  void look_at_secrets();
  Result<census::CensusResult> take_census();
  void judge_census(const census::CensusResult& census);
  void report_listing(const Error& error);
  void look_at_access();
  Result<void> read_access(doctor::AccessReader& reader);
  void unknown(Checks checks, std::string_view subject, const Error& error, const Right& right);
  http::Transport& line() { return servers_.line(); }

  const DoctorOptions& options_;
  const ClusterFiles& files_;
  Session& session_;
  ApiServers& servers_;
  Environment& environment_;
  doctor::Diagnosis& diagnosis_;
  std::optional<control_plane::Survey> survey_;
  doctor::ReadinessByAddress readiness_;
};

void Cluster::unknown(Checks checks, std::string_view subject, const Error& error, const Right& right) {
  const bool forbidden = error.kind == ErrorKind::forbidden;
  for (const CheckId check : checks)
    diagnosis_.unknown(check, std::string(subject), error.message,
                       forbidden ? std::string(right.grant) : "run this again once that is mended",
                       forbidden ? std::string(right.name) : "");
}

// Whether there is any sense in going on.
bool Cluster::reach() {
  auto ready = control_plane::read_readiness(line());
  const std::string address = http::host_and_port(servers_.endpoint());
  if (!ready && is_out_of_reach(ready.error().kind)) {
    diagnosis_.error(CheckId::server_unreachable, fmt::format("API server at {}", address), ready.error().message,
                     fmt::format("on its node: crictl ps -a --name kube-apiserver, crictl logs CONTAINER, journalctl -u kubelet; "
                                 "{} doctor --manifest /etc/kubernetes/manifests/kube-apiserver.yaml checks what it was given",
                                 doctor::kProgram));
    return false;
  }
  if (!ready && ready.error().kind != ErrorKind::forbidden) {
    unknown({CheckId::server_unreachable}, fmt::format("API server at {}", address), ready.error(), kReadyz);
    return false;
  }
  diagnosis_.made(CheckId::server_unreachable);
  if (!ready)
    unknown({CheckId::server_not_ready, CheckId::kms_unhealthy}, "API servers", ready.error(), kReadyz);
  else
    readiness_.emplace(address, std::move(ready));
  return true;
}

void Cluster::look_at_servers() {
  auto page = servers_.first_page();
  if (page) {
    survey_ = servers_.survey_from(*std::move(page));
    doctor::check_servers(*survey_, files_.file, diagnosis_);
  } else {
    unknown({CheckId::servers_differ, CheckId::reload_failing, CheckId::kms_keys_differ, CheckId::etcd_quota}, "API servers",
            page.error(), kMetrics);
    if (files_.file) unknown({CheckId::file_not_loaded}, "API servers", page.error(), kMetrics);
  }
  ask_whether_ready();
}

void Cluster::ask_whether_ready() {
  if (readiness_.empty()) return;  // there is no right to
  for (const http::Endpoint& endpoint : servers_.addresses_of_others()) {
    const std::string address = http::host_and_port(endpoint);
    if (readiness_.contains(address)) continue;
    auto other = session_.connect(endpoint, control_plane::kDirectConnect);
    // One that is out of reach from here is a matter of how many servers were seen.
    if (!other) continue;
    auto ready = control_plane::read_readiness(**other);
    if (ready || !is_out_of_reach(ready.error().kind)) readiness_.emplace(address, std::move(ready));
  }
  doctor::check_readiness(readiness_, diagnosis_);
}

void Cluster::look_at_pods() {
  const auto response = kube::require_success(
      http::call(line(), doctor::api_server_pods_request(), control_plane::kMaxSmallDocument));
  const auto pods = response ? doctor::parse_api_server_pods(response->body.view())
                             : Result<std::vector<doctor::ApiServerPod>>(std::unexpected(response.error()));
  if (pods)
    doctor::check_api_server_pods(*pods, diagnosis_);
  else
    unknown({CheckId::server_crashing}, "Pods of API servers", pods.error(), kPods);
  if (diagnosis_.is_made(CheckId::flag_missing)) return;
  if (!pods) return unknown({CheckId::flag_missing}, "API servers", pods.error(), kPods);
  diagnosis_.unknown(CheckId::flag_missing, "API servers",
                     "no Pod of an API server shows its command line, and servers before 1.34 do not publish what they run",
                     fmt::format("look at how the API servers are started; of a static Pod: {} doctor --manifest FILE", doctor::kProgram));
}

Result<census::CensusResult> Cluster::take_census() {
  census::CensusOptions options;
  std::optional<encryption::EncryptionConfig> config;
  if (files_.ring != nullptr) config = files_.ring->names_for("secrets", "");
  options.probe = {.resource = kube::secrets_resource(),
                   .config = config ? &*config : nullptr,
                   .stored_here = true,
                   .limits = {.in_flight = census::kMaxReadsInFlight, .per_second = options_.max_requests_per_second}};
  output::Progress progress = progress_line(environment_);
  bool begun = false;
  options.progress = [&](std::uint64_t done, std::uint64_t total) {
    if (!std::exchange(begun, true)) progress.begin("Reading secrets", total);
    progress.update({.done = done});
  };
  auto census = census::run_census(line(), environment_.clock, options);
  if (census && census->spread && servers_.go_to_some_server()) census = census::run_census(line(), environment_.clock, options);
  return census;
}

constexpr Checks kStoredChecks = {CheckId::plaintext_written, CheckId::plaintext_left, CheckId::stale_left,
                                  CheckId::coverage_unknown};

void Cluster::look_at_secrets() {
  const auto census = take_census();
  if (census) return judge_census(*census);
  if (census.error().kind == ErrorKind::server) report_listing(census.error());
  if (!diagnosis_.has(CheckId::undecryptable)) unknown({CheckId::undecryptable}, "secrets in the cluster", census.error(), kSecrets);
  unknown(kStoredChecks, "secrets in the cluster", census.error(), kSecrets);
}

// Which Secrets are in the way of a list of all.
void Cluster::report_listing(const Error& error) {
  const kube::Resource secrets = kube::secrets_resource();
  const auto response = http::call(line(), kube::list_request(secrets, {.name_space = {},
                                                                        .label_selector = {},
                                                                        .field_selector = {},
                                                                        .limit = 0,
                                                                        .continue_token = {},
                                                                        .view = kube::View::metadata}),
                                   kMaxListing);
  if (!response) return;
  const auto unreadable = kube::unreadable_objects(response->head.status, response->body.view(), secrets);
  if (!unreadable.empty())
    doctor::check_listing(unreadable, secrets.group_resource(), diagnosis_);
  else if (kube::means_unreadable(error.message))
    diagnosis_.error(CheckId::undecryptable, "secrets in the cluster", error.message,
                     "give the API servers a configuration that has the key, as one that reads");
}

void Cluster::judge_census(const census::CensusResult& census) {
  doctor::check_listing({}, "secrets", diagnosis_);
  std::optional<encryption::EncryptionConfig> config;
  if (files_.ring != nullptr) config = files_.ring->names_for("secrets", "");
  auto key = census::decide_write_key(census.evidence, config ? &*config : nullptr);
  if (survey_)
    key = census::qualify(key, census::compare(*survey_, files_.file ? std::optional(files_.file->hash) : std::nullopt), *survey_);
  if (census.metrics_error) return unknown(kStoredChecks, "secrets in the cluster", *census.metrics_error, kMetrics);
  doctor::check_coverage("the cluster", coverage::make_report(census.namespaces, key), {{"secrets", key}}, diagnosis_);
}

Result<void> Cluster::read_access(doctor::AccessReader& reader) {
  for (const kube::Resource& resource : doctor::rbac_resources()) {
    std::string token;
    do {
      TRY_ASSIGN(const http::Response response,
                 kube::require_success(http::call(line(), kube::list_request(resource, {.name_space = {},
                                                                                        .label_selector = {},
                                                                                        .field_selector = {},
                                                                                        .limit = kPageItems,
                                                                                        .continue_token = token,
                                                                                        .view = kube::View::whole}),
                                                  kMaxAccessPage)));
      TRY(reader.take(resource, response.body.view()));
      TRY_ASSIGN(const kube::ListPage page, kube::parse_list_page(response.body.view()));
      if (!page.continue_token.empty() && page.continue_token == token)
        return fail(ErrorKind::protocol, fmt::format("the list of {} does not end", resource.plural));
      token = page.continue_token;
    } while (!token.empty());
  }
  return {};
}

void Cluster::look_at_access() {
  doctor::AccessReader reader;
  if (const auto read = read_access(reader); !read)
    return unknown({CheckId::secret_readers}, "RBAC", read.error(), kRbac);
  doctor::check_readers(reader.readers(), options_.allowed_readers, diagnosis_);
}

}  // namespace

std::optional<control_plane::Survey> look_at_cluster(const DoctorOptions& options, const ClusterFiles& files, Session& session,
                                                     ApiServers& servers, Environment& environment, doctor::Diagnosis& diagnosis) {
  return Cluster(options, files, session, servers, environment, diagnosis).run();
}

}  // namespace kencrypt::commands
