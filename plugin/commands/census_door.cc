#include "commands/census_door.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <ostream>
#include <utility>

#include "census/census_run.h"
#include "census/find_run.h"
#include "census/server_agreement.h"
#include "commands/exit_code.h"
#include "commands/find_targets.h"
#include "commands/preflight.h"
#include "commands/progress_line.h"
#include "commands/session.h"
#include "control_plane/server_address.h"
#include "kube/discovery.h"

namespace kencrypt::commands {
namespace {

constexpr Duration kConnectTimeout = std::chrono::seconds(10);

// What was found out about one resource.
struct Looked {
  rewrite::Target target;
  std::optional<encryption::EncryptionConfig> config;  // the file, as it stands for the resource
  census::ProbeOptions probe;
  census::CensusResult census;
  coverage::WriteKey write_key;
};

class CensusDoor {
 public:
  CensusDoor(const StatusOptions& options, const cli::ParsedFlags& flags, Session& session,
             Environment& environment)
      : options_(options),
        flags_(flags),
        session_(session),
        environment_(environment),
        endpoint_(session.config().endpoint),
        line_(&session.transport()) {}

  Result<int> run() {
    TRY(go_to_named_server());
    if (!options_.safe_to_remove.empty()) before_ = ask_servers();
    TRY_ASSIGN(const auto targets, find_looked_at(flags_, file(), session_, environment_));
    for (const rewrite::Target& target : targets) TRY(look_at(target, targets.size() > 1));
    StatusResult result = summarise(targets);
    if (options_.find) result.found = find();
    if (!options_.safe_to_remove.empty())
      result.removal = check_removal(removal_question(targets, result), result.coverage);
    print_status(options_, result, targets.empty() ? "" : targets.front().selection.name_space,
                 environment_);
    if (unlisted_) return kFailed;
    return exit_code_for(options_, result);
  }

 private:
  Result<void> go_to_named_server();
  Result<http::Endpoint> endpoint_of(const kube::ServerUrl& url) const;
  bool go_to_some_server();
  Result<void> look_at(const rewrite::Target& target, bool one_of_several);
  Result<census::CensusResult> take_census(const Looked& looked);
  bool is_stored_here(const kube::Resource& resource);
  control_plane::Survey survey_from(control_plane::ServerPage first);
  std::optional<control_plane::Survey> survey();
  AskedServers ask_servers();
  std::optional<std::string> file_hash() const {
    return options_.config ? std::optional(options_.config->hash()) : std::nullopt;
  }
  StatusResult summarise(const std::vector<rewrite::Target>& targets);
  coverage::WriteKey common_write_key() const;
  Found find();
  RemovalQuestion removal_question(const std::vector<rewrite::Target>& targets,
                                   const StatusResult& result) const;
  const encryption::KeyRing* file() const { return options_.config ? &*options_.config : nullptr; }
  control_plane::Surroundings around() {
    control_plane::Surroundings around = surroundings_of(session_, environment_);
    return {*line_, around.clock, endpoint_, std::move(around.connect)};
  }

  const StatusOptions& options_;
  const cli::ParsedFlags& flags_;
  Session& session_;
  Environment& environment_;
  http::Endpoint endpoint_;                    // of the API server that is measured
  std::unique_ptr<http::Transport> own_line_;  // to it, where that is not the session's
  http::Transport* line_;
  std::vector<http::Endpoint> others_;  // of --api-server, after the first
  std::optional<std::vector<kube::GroupVersion>> elsewhere_;
  bool asked_elsewhere_ = false;
  std::vector<std::unique_ptr<Looked>> looked_;
  bool unlisted_ = false;  // a resource could not be listed
  AskedServers before_;    // for --safe-to-remove: before anything was counted
};

// The credentials go there: over TLS, where the kubeconfig's address has it.
Result<http::Endpoint> CensusDoor::endpoint_of(const kube::ServerUrl& url) const {
  const http::Endpoint& known = session_.config().endpoint;
  if (url.scheme != known.scheme)
    return fail(ErrorKind::usage,
                fmt::format("--api-server: give an address with {}://, as the kubeconfig has it",
                            known.scheme));
  http::Endpoint endpoint = control_plane::at_address(known, {url.host, url.port});
  endpoint.base_path = url.path;
  return endpoint;
}

Result<void> CensusDoor::go_to_named_server() {
  for (const kube::ServerUrl& url : options_.api_servers) {
    TRY_ASSIGN(http::Endpoint endpoint, endpoint_of(url));
    others_.push_back(std::move(endpoint));
  }
  if (others_.empty()) return {};
  endpoint_ = others_.front();
  others_.erase(others_.begin());
  TRY_ASSIGN(own_line_, session_.connect(endpoint_, kConnectTimeout));
  line_ = own_line_.get();
  return {};
}

// Where something spreads requests over several API servers: to one of them at its own address.
bool CensusDoor::go_to_some_server() {
  if (own_line_) return false;
  for (http::Endpoint& endpoint : control_plane::own_addresses(around())) {
    auto line = session_.connect(endpoint, control_plane::kDirectConnect);
    if (!line || !control_plane::read_server_page(**line, environment_.clock)) continue;
    endpoint_ = std::move(endpoint);
    own_line_ = *std::move(line);
    line_ = own_line_.get();
    return true;
  }
  return false;
}

bool CensusDoor::is_stored_here(const kube::Resource& resource) {
  if (resource.group.empty()) return true;
  if (!std::exchange(asked_elsewhere_, true))
    if (auto elsewhere = kube::served_elsewhere(*line_)) elsewhere_ = *std::move(elsewhere);
  return elsewhere_ &&
         std::find(elsewhere_->begin(), elsewhere_->end(),
                   kube::GroupVersion{resource.group, resource.version}) == elsewhere_->end();
}

Result<void> CensusDoor::look_at(const rewrite::Target& target, bool one_of_several) {
  auto looked = std::make_unique<Looked>();
  looked->target = target;
  if (options_.config)
    looked->config = options_.config->names_for(target.resource.plural, target.resource.group);
  looked->probe = {.resource = target.resource,
                   .config = looked->config ? &*looked->config : nullptr,
                   .stored_here = is_stored_here(target.resource),
                   .limits = {.in_flight = census::kMaxReadsInFlight,
                              .per_second = options_.max_requests_per_second}};
  auto census = take_census(*looked);
  if (census && census->spread && go_to_some_server()) census = take_census(*looked);
  if (!census) {
    if (!one_of_several) return std::unexpected(std::move(census).error());
    environment_.err << fmt::format("error: {}: {}\n", target.resource.group_resource(),
                                    census.error().message);
    unlisted_ = true;
    return {};
  }
  looked->census = *std::move(census);
  if (looked->census.metrics_error && looked_.empty())
    environment_.err << "Warning: " << looked->census.metrics_error->message << '\n';
  looked_.push_back(std::move(looked));
  return {};
}

Result<census::CensusResult> CensusDoor::take_census(const Looked& looked) {
  output::Progress progress = progress_line(environment_);
  bool begun = false;
  census::CensusOptions census_options;
  census_options.probe = looked.probe;
  census_options.selection = looked.target.selection;
  census_options.progress = [&](std::uint64_t done, std::uint64_t total) {
    if (!std::exchange(begun, true))
      progress.begin("Reading " + looked.target.resource.group_resource(), total);
    progress.update({.done = done});
  };
  return census::run_census(*line_, environment_.clock, census_options);
}

control_plane::Survey CensusDoor::survey_from(control_plane::ServerPage first) {
  if (options_.api_servers.empty()) return control_plane::ask_all(around(), std::move(first));
  return control_plane::ask_these(around(), std::move(first), others_);
}

AskedServers CensusDoor::ask_servers() {
  auto page = control_plane::ask_first(around());
  if (!page) return {std::nullopt, std::move(page).error().message};
  return {census::compare(survey_from(*std::move(page)), file_hash()), {}};
}

// The first page that was read is that of the server that was measured. It is too old to say that a
// key may go.
std::optional<control_plane::Survey> CensusDoor::survey() {
  for (const auto& looked : looked_) {
    if (!looked->census.page) continue;
    auto page = options_.safe_to_remove.empty() ? Result<control_plane::ServerPage>(*looked->census.page)
                                                : control_plane::ask_first(around());
    if (!page) return std::nullopt;
    control_plane::Survey survey = survey_from(*std::move(page));
    if (survey.seen.size() < options_.api_servers.size())
      environment_.err << fmt::format(
          "Warning: of {} API servers named by --api-server {} could not be told apart or not be "
          "asked\n",
          options_.api_servers.size(), options_.api_servers.size() - survey.seen.size());
    return survey;
  }
  return std::nullopt;
}

StatusResult CensusDoor::summarise(const std::vector<rewrite::Target>& targets) {
  StatusResult result;
  result.by = options_.by;
  if (!targets.empty()) result.resource = targets.front().resource;
  const auto surveyed = survey();
  if (surveyed) result.servers = census::compare(*surveyed, file_hash());
  for (const auto& looked : looked_) {
    looked->write_key = census::decide_write_key(looked->census.evidence, looked->probe.config);
    if (surveyed)
      looked->write_key = census::qualify(looked->write_key, *result.servers, *surveyed);
    coverage::add_report(result.coverage,
                         coverage::make_report(looked->census.namespaces, looked->write_key));
    if (targets.size() > 1)
      result.write_keys.push_back({looked->target.resource.group_resource(), looked->write_key});
  }
  result.write_key = common_write_key();
  if (targets.size() > 1 && result.coverage.namespaces.empty())
    result.coverage.total.resource.clear();
  return result;
}

// Of a report on several resources it is known only where all have the same.
coverage::WriteKey CensusDoor::common_write_key() const {
  if (looked_.empty()) return {};
  const coverage::WriteKey& first = looked_.front()->write_key;
  const bool common = std::all_of(looked_.begin(), looked_.end(), [&first](const auto& looked) {
    return looked->write_key.under == first.under;
  });
  if (common) return first;
  return {std::nullopt, "Each resource has its own."};
}

// Counted is what the configuration encrypts, or everything: both are all that may need a key.
RemovalQuestion CensusDoor::removal_question(const std::vector<rewrite::Target>& targets,
                                             const StatusResult& result) const {
  RemovalQuestion question{.key = options_.safe_to_remove,
                           .config = file(),
                           .completeness_doubt = {},
                           .before = before_,
                           .after = {result.servers, "no page of /metrics could be read"}};
  const bool chosen = !flags_.positionals().empty();
  if (chosen || unlisted_ || !covers_everything(targets))
    question.completeness_doubt =
        "not everything was counted that the configuration may encrypt: leave out types, namespaces and selectors";
  return question;
}

Found CensusDoor::find() {
  Found found{.word = options_.find->word, .objects = {}};
  for (const auto& looked : looked_) {
    const census::FindOptions options{.probe = looked->probe,
                                      .wanted = options_.find->wanted,
                                      .write = looked->write_key.under,
                                      .limit = options_.find->limit,
                                      .progress = {}};
    census::FindResult one =
        census::find_objects(*line_, environment_.clock, looked->census, options);
    std::move(one.objects.begin(), one.objects.end(), std::back_inserter(found.objects));
    found.capped = found.capped || one.capped;
    found.undecided += one.undecided;
  }
  return found;
}

}  // namespace

Result<int> run_census_door(const StatusOptions& options, const cli::ParsedFlags& flags,
                            Environment& environment) {
  // One connection: the census compares counters, so all replies must come from one API server.
  TRY_ASSIGN(const auto session, open_session(flags, environment, {.max_connections = 1}));
  TRY_ASSIGN(const int code, CensusDoor(options, flags, *session, environment).run());
  return session->close(code);
}

}  // namespace kencrypt::commands
