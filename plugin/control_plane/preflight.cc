#include "control_plane/preflight.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "control_plane/kms_check.h"
#include "control_plane/migration_check.h"
#include "control_plane/patience.h"
#include "control_plane/quota_check.h"
#include "kube/request.h"

namespace kencrypt::control_plane {
namespace {

// One reason, and all that could not be checked for it.
struct Gap {
  std::string reason;
  std::vector<std::string_view> subjects;
};

std::string note_of(const std::vector<Gap>& gaps) {
  std::string note;
  for (const Gap& gap : gaps)
    note += fmt::format("{}{} ({})", note.empty() ? "could not check " : "; nor ",
                        fmt::join(gap.subjects, " and "), gap.reason);
  return note;
}

class Preflight {
 public:
  Preflight(const Plan& plan, const Surroundings& around) : plan_(plan), around_(around) {}

  Findings run() {
    if (wanted(Check::servers) || wanted(Check::kms) || wanted(Check::quota)) look_at_servers();
    if (wanted(Check::migration)) look_at_migrations();
    findings_.note = note_of(gaps_);
    return std::move(findings_);
  }

 private:
  bool wanted(Check check) const { return !plan_.skip.contains(check); }

  void look_at_servers() {
    auto first = ask_first(around_);
    if (!first) {
      for (const Check check : {Check::servers, Check::kms, Check::quota})
        add(check, Unknown{first.error().message});
      return;
    }
    add(Check::quota, check_quota(plan_.subjects, *first, plan_.etcd_quota));
    if (!wanted(Check::servers)) {
      const SeenServer only{"", *std::move(first)};
      return add(Check::kms, check_keys(std::span(&only, 1)));
    }
    const Survey survey = ask_all(around_, *std::move(first));
    findings_.keys = common_keys(survey.seen);
    compare(survey);
    add(Check::kms, check_keys(survey.seen));
  }

  void compare(const Survey& survey) {
    ServersVerdict verdict = compare_servers(survey.leases, survey.seen);
    findings_.configuration = verdict.configuration;
    const bool refused = std::holds_alternative<Refused>(verdict.finding);
    if (survey.leases_error && !refused) verdict.finding = Unknown{survey.leases_error->message};
    add(Check::servers, verdict.finding);
  }

  void look_at_migrations() {
    const auto migrations = read_migrations(around_);
    add(Check::migration, migrations ? check_migrations(*migrations, plan_.subjects)
                                     : Finding(Unknown{migrations.error().message}));
  }

  void add(Check check, const Finding& finding) {
    if (!wanted(check)) return;
    if (const auto* refused = std::get_if<Refused>(&finding))
      findings_.refusals.push_back(refused->message);
    if (const auto* unknown = std::get_if<Unknown>(&finding)) add_gap(check, unknown->reason);
  }

  void add_gap(Check check, const std::string& reason) {
    const auto same = std::find_if(gaps_.begin(), gaps_.end(),
                                   [&](const Gap& gap) { return gap.reason == reason; });
    if (same != gaps_.end())
      same->subjects.push_back(check_subject(check));
    else
      gaps_.push_back({reason, {check_subject(check)}});
  }

  const Plan& plan_;
  const Surroundings& around_;
  Findings findings_;
  std::vector<Gap> gaps_;
};

Result<std::vector<Migration>> migrations_of(const Surroundings& around, std::string_view group) {
  TRY_ASSIGN(const auto versions, served_versions(around, group));
  if (versions.empty()) return std::vector<Migration>();
  const kube::Resource resource = migrations_resource(group, versions.front());
  auto response = patiently(around, [&] {
    return kube::require_success(
        http::call(around.transport, kube::list_request(resource, {}), kMaxMigrationList));
  });
  // The group may be served without this resource.
  if (!response && response.error().kind == ErrorKind::not_found) return std::vector<Migration>();
  if (!response) return std::unexpected(response.error());
  return parse_migrations(response->body.view());
}

}  // namespace

Result<std::vector<std::string>> served_versions(const Surroundings& around,
                                                 std::string_view group) {
  const auto response =
      patiently(around, [&] { return small_document(around, versions_request(group)); });
  if (response) return parse_versions(response->body.view());
  if (response.error().kind == ErrorKind::not_found) return std::vector<std::string>();
  return std::unexpected(response.error());
}

Result<std::vector<Migration>> read_migrations(const Surroundings& around) {
  std::vector<Migration> all;
  for (const std::string_view group : kMigrationGroups) {
    TRY_ASSIGN(auto some, migrations_of(around, group));
    std::move(some.begin(), some.end(), std::back_inserter(all));
  }
  return all;
}

Result<PresentKeys> read_present_keys(const Surroundings& around) {
  TRY_ASSIGN(ServerPage first, ask_first(around));
  return common_keys(ask_all(around, std::move(first)).seen);
}

Findings preflight(const Plan& plan, const Surroundings& around) {
  return Preflight(plan, around).run();
}

}  // namespace kencrypt::control_plane
