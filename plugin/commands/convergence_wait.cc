#include "commands/convergence_wait.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <memory>
#include <ostream>
#include <utility>

#include "census/server_agreement.h"
#include "commands/exit_code.h"
#include "control_plane/server_check.h"
#include "control_plane/survey.h"
#include "http/retry.h"
#include "output/printable.h"

namespace kencrypt::commands {
namespace {

// A server that reloads by itself looks at its file once a minute
// (k8s.io/apiserver pkg/server/options/encryptionconfig/controller).
constexpr Duration kBetweenRounds = std::chrono::seconds(2);
// How soon Ctrl-C is noticed.
constexpr Duration kTurn = std::chrono::milliseconds(200);

class Wait {
 public:
  Wait(WaitReport& report, const WaitTerms& terms, ApiServers& servers, Session& session, Environment& environment)
      : report_(report),
        terms_(terms),
        servers_(servers),
        session_(session),
        environment_(environment),
        interrupts_(environment.watch_interrupts()),
        began_(environment.clock.now()),
        deadline_(began_ + terms.timeout) {}

  // The exit code. Errors: of what will not be better for waiting, before anything was found.
  Result<int> run() {
    for (bool first = true;; first = false) {
      TRY(look());
      report_.waited = now() - began_;
      if (report_.convergence.proven()) return kDone;
      if (first && terms_.on_behind) TRY(terms_.on_behind(report_.convergence));
      if (report_.convergence.ends_in_doubt()) return kFindings;
      if (now() >= deadline_ || (terms_.one_look && !trouble_)) return time_is_up();
      if (pause()) return kInterrupted;
    }
  }

 private:
  TimePoint now() const { return environment_.clock.now(); }
  Result<void> look();
  ReadinessByAddress ask_whether_ready(const census::ServerAgreement& agreement);
  std::vector<control_plane::KeyStanding> look_at_keys(const control_plane::Survey& survey);
  WallTime began_at(const control_plane::SeenServer& server);
  std::string praise(const ServerStanding& server) const;
  void tell_changes(const Convergence& convergence);
  void tell(const std::string& about, const std::string& what);
  Result<int> time_is_up() const;
  bool pause();

  WaitReport& report_;
  const WaitTerms& terms_;
  ApiServers& servers_;
  Session& session_;
  Environment& environment_;
  std::unique_ptr<Interrupts> interrupts_;
  TimePoint began_;
  TimePoint deadline_;
  bool seen_any_ = false;
  std::optional<Error> trouble_;             // of the last round
  std::map<std::string, std::string> told_;  // by server, what was last said of it
  std::map<std::string, WallTime> met_;      // by server, what its clock said at first
};

// A server that is being restarted is away for a while, and refuses everybody for a moment after.
Result<void> Wait::look() {
  auto page = control_plane::read_server_page(servers_.line(), environment_.clock);
  trouble_.reset();
  if (!page) {
    if (!seen_any_ && !http::is_transient(page.error().kind)) return std::unexpected(page.error());
    trouble_ = std::move(page).error();
    report_.convergence = {};
    tell("", trouble_->message);
    return {};
  }
  seen_any_ = true;
  const auto survey = servers_.survey_from(*std::move(page));
  auto agreement = census::compare(survey, report_.demand.configuration);
  // Without a file it is no matter what else they run.
  if (!report_.demand.configuration)
    agreement.doubt = survey.leases_error
                          ? std::optional("how many there are is not known: " + survey.leases_error->message)
                          : std::nullopt;
  report_.known.insert(agreement.leases.begin(), agreement.leases.end());
  report_.convergence = judge(agreement, ask_whether_ready(agreement),
                              {.hash = report_.demand.configuration, .keys = look_at_keys(survey), .before = report_.known});
  tell_changes(report_.convergence);
  return {};
}

std::vector<control_plane::KeyStanding> Wait::look_at_keys(const control_plane::Survey& survey) {
  if (!report_.demand.keys) return {};
  std::vector<WallTime> since;
  for (const control_plane::SeenServer& server : survey.seen) since.push_back(began_at(server));
  return control_plane::judge_keys(survey.seen, since, *report_.demand.keys);
}

// By the server's own clock: when it was first asked, which is later than this began, if it was away then.
WallTime Wait::began_at(const control_plane::SeenServer& server) {
  const std::string& name = server.page.id_hash.empty() ? server.where : server.page.id_hash;
  return met_.emplace(name, server.page.now).first->second;
}

// Only those that run the file: of the others that is all one needs to know.
ReadinessByAddress Wait::ask_whether_ready(const census::ServerAgreement& agreement) {
  ReadinessByAddress answers;
  const std::string own = http::host_and_port(servers_.endpoint());
  if (std::ranges::any_of(agreement.servers, [&](const auto& row) { return row.address == own; }))
    answers.emplace(own, control_plane::read_readiness(servers_.line()));
  for (const http::Endpoint& endpoint : servers_.addresses_of_others()) {
    const std::string address = http::host_and_port(endpoint);
    if (answers.contains(address)) continue;
    auto line = session_.connect(endpoint, control_plane::kDirectConnect);
    if (!line) continue;
    answers.emplace(address, control_plane::read_readiness(**line));
  }
  return answers;
}

std::string Wait::praise(const ServerStanding& server) const {
  std::vector<std::string> facts;
  if (report_.demand.configuration) facts.emplace_back("runs the file");
  for (const control_plane::PresentKey& key : server.keys) facts.push_back("uses " + display(key));
  return facts.empty() ? "is ready" : fmt::format("{} and is ready", fmt::join(facts, ", "));
}

void Wait::tell_changes(const Convergence& convergence) {
  for (const ServerStanding& server : convergence.servers)
    tell(server.name, server.converged ? praise(server) : server.reason);
}

void Wait::tell(const std::string& about, const std::string& what) {
  std::string& last = told_[about];
  if (std::exchange(last, what) == what) return;
  environment_.err << terms_.word << ": " << about << (about.empty() ? "" : " ") << what << '\n';
}

Result<int> Wait::time_is_up() const {
  if (trouble_) return wrap(*trouble_, fmt::format("timed out waiting for the API servers to {}", report_.demand.goal()));
  std::string behind;
  for (const ServerStanding& server : report_.convergence.servers)
    if (!server.converged)
      behind += fmt::format("{}{} {}", behind.empty() ? "" : "; ", server.name, server.reason);
  return fail(ErrorKind::timeout,
              fmt::format("timed out waiting for the API servers to {}: {}", report_.demand.goal(), behind));
}

// Whether the user has asked to stop.
bool Wait::pause() {
  const TimePoint until = std::min(deadline_, now() + kBetweenRounds);
  while (now() < until) {
    if (interrupts_->poll() > 0) return true;
    servers_.line().run_once(std::min(until, now() + kTurn));
  }
  return interrupts_->poll() > 0;
}

}  // namespace

std::string WaitDemand::goal() const {
  std::string goal = file.empty() ? "" : "run " + file;
  if (!keys) return goal;
  if (!goal.empty()) goal += " and ";
  goal += keys->provider.empty() ? "go over to the keys of their KMS"
                                 : fmt::format("go over to a key of KMS provider \"{}\"", keys->provider);
  return goal;
}

std::string display(const control_plane::PresentKey& key) {
  return output::printable(
      fmt::format("key {} of KMS provider \"{}\"", control_plane::short_hash(key.key_hash), key.provider));
}

Result<int> wait_for_convergence(WaitReport& report, const WaitTerms& terms, ApiServers& servers, Session& session,
                                 Environment& environment) {
  return Wait(report, terms, servers, session, environment).run();
}

}  // namespace kencrypt::commands
