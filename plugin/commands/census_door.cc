#include "commands/census_door.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <ostream>
#include <utility>

#include "census/census_run.h"
#include "census/find_run.h"
#include "census/server_agreement.h"
#include "commands/api_servers.h"
#include "commands/colour.h"
#include "commands/exit_code.h"
#include "commands/find_targets.h"
#include "commands/progress_line.h"
#include "commands/session.h"
#include "kube/discovery.h"

namespace kencrypt::commands {
namespace {

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
             ApiServers& servers, Environment& environment)
      : options_(options),
        flags_(flags),
        session_(session),
        servers_(servers),
        environment_(environment) {}

  Result<int> run() {
    if (!options_.safe_to_remove.empty()) before_ = servers_.ask(file_hash());
    TRY_ASSIGN(const auto targets, find_looked_at(flags_, file(), session_, environment_));
    for (const rewrite::Target& target : targets) TRY(look_at(target, targets.size() > 1));
    StatusResult result = summarise(targets);
    if (options_.find) result.found = find();
    if (!options_.safe_to_remove.empty())
      result.removal = check_removal(removal_question(targets, result), result.coverage);
    TRY(print_status(options_, result, targets.empty() ? "" : targets.front().selection.name_space,
                     environment_));
    if (unlisted_) return kFailed;
    return exit_code_for(options_, result);
  }

 private:
  Result<void> look_at(const rewrite::Target& target, bool one_of_several);
  Result<census::CensusResult> take_census(const Looked& looked);
  bool is_stored_here(const kube::Resource& resource);
  std::optional<control_plane::Survey> survey();
  std::optional<std::string> file_hash() const {
    return options_.config ? std::optional(options_.config->hash()) : std::nullopt;
  }
  StatusResult summarise(const std::vector<rewrite::Target>& targets);
  coverage::WriteKey common_write_key() const;
  Found find();
  RemovalQuestion removal_question(const std::vector<rewrite::Target>& targets,
                                   const StatusResult& result) const;
  const encryption::KeyRing* file() const { return options_.config ? &*options_.config : nullptr; }

  const StatusOptions& options_;
  const cli::ParsedFlags& flags_;
  Session& session_;
  ApiServers& servers_;
  Environment& environment_;
  std::optional<std::vector<kube::GroupVersion>> elsewhere_;
  bool asked_elsewhere_ = false;
  std::vector<std::unique_ptr<Looked>> looked_;
  bool unlisted_ = false;  // a resource could not be listed
  AskedServers before_;    // for --safe-to-remove: before anything was counted
};

bool CensusDoor::is_stored_here(const kube::Resource& resource) {
  if (resource.group.empty()) return true;
  if (!std::exchange(asked_elsewhere_, true))
    if (auto elsewhere = kube::served_elsewhere(servers_.line())) elsewhere_ = *std::move(elsewhere);
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
  if (census && census->spread && servers_.go_to_some_server()) census = take_census(*looked);
  if (!census) {
    if (!one_of_several) return std::unexpected(std::move(census).error());
    environment_.err << fmt::format("error: {}: {}\n", target.resource.group_resource(),
                                    census.error().message);
    unlisted_ = true;
    return {};
  }
  looked->census = *std::move(census);
  if (looked->census.metrics_error && looked_.empty())
    warn(environment_, looked->census.metrics_error->message);
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
  return census::run_census(servers_.line(), environment_.clock, census_options);
}

// The first page that was read is that of the server that was measured. It is too old to say that a
// key may go.
std::optional<control_plane::Survey> CensusDoor::survey() {
  for (const auto& looked : looked_) {
    if (!looked->census.page) continue;
    auto page = options_.safe_to_remove.empty() ? Result<control_plane::ServerPage>(*looked->census.page)
                                                : servers_.first_page();
    if (!page) return std::nullopt;
    control_plane::Survey survey = servers_.survey_from(*std::move(page));
    if (survey.seen.size() < options_.api_servers.size())
      warn(environment_,
           fmt::format("of {} API servers named by --api-server {} could not be told apart or not be asked",
                       options_.api_servers.size(), options_.api_servers.size() - survey.seen.size()));
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
  const coverage::Coverage& total = result.coverage.total;
  if (total.total > 0 && total.unmeasured == total.total) result.evidence_text = kNamesEvidence;
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
        census::find_objects(servers_.line(), environment_.clock, looked->census, options);
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
  TRY_ASSIGN(auto servers, ApiServers::open(options.api_servers, *session, environment));
  TRY_ASSIGN(const int code, CensusDoor(options, flags, *session, servers, environment).run());
  return session->close(code);
}

}  // namespace kencrypt::commands
