#include "commands/convergence_wait.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <ostream>
#include <utility>

#include "census/server_agreement.h"
#include "commands/exit_code.h"
#include "commands/preflight.h"
#include "control_plane/survey.h"
#include "http/retry.h"

namespace kencrypt::commands {
namespace {

// A server that reloads by itself looks at its file once a minute
// (k8s.io/apiserver pkg/server/options/encryptionconfig/controller).
constexpr Duration kBetweenRounds = std::chrono::seconds(2);
// How soon Ctrl-C is noticed.
constexpr Duration kTurn = std::chrono::milliseconds(200);

class Wait {
 public:
  Wait(WaitReport& report, const WaitOptions& options, Session& session, Environment& environment)
      : report_(report),
        options_(options),
        environment_(environment),
        around_(surroundings_of(session, environment)),
        interrupts_(environment.watch_interrupts()),
        began_(environment.clock.now()),
        deadline_(began_ + options.timeout) {}

  // The exit code. Errors: of what will not be better for waiting, before anything was found.
  Result<int> run() {
    for (bool first = true;; first = false) {
      TRY(look());
      report_.waited = now() - began_;
      if (report_.convergence.proven()) return kDone;
      if (first && options_.on_behind) TRY(options_.on_behind(report_.convergence));
      if (report_.convergence.ends_in_doubt()) return kFindings;
      if (now() >= deadline_) return time_is_up();
      if (pause()) return kInterrupted;
    }
  }

 private:
  TimePoint now() const { return environment_.clock.now(); }
  Result<void> look();
  ReadinessByAddress ask_whether_ready(const census::ServerAgreement& agreement);
  void tell_changes(const Convergence& convergence);
  void tell(const std::string& about, const std::string& what);
  Result<int> time_is_up() const;
  bool pause();

  WaitReport& report_;
  const WaitOptions& options_;
  Environment& environment_;
  control_plane::Surroundings around_;
  std::unique_ptr<Interrupts> interrupts_;
  TimePoint began_;
  TimePoint deadline_;
  bool seen_any_ = false;
  std::optional<Error> trouble_;             // of the last round
  std::map<std::string, std::string> told_;  // by server, what was last said of it
};

// A server that is being restarted is away for a while, and refuses everybody for a moment after.
Result<void> Wait::look() {
  auto page = control_plane::read_server_page(around_.transport, around_.clock);
  trouble_.reset();
  if (!page) {
    if (!seen_any_ && !http::is_transient(page.error().kind)) return std::unexpected(page.error());
    trouble_ = std::move(page).error();
    report_.convergence = {};
    tell("", trouble_->message);
    return {};
  }
  seen_any_ = true;
  const auto survey = control_plane::ask_all(around_, *std::move(page));
  const auto agreement = census::compare(survey, report_.configuration);
  report_.known.insert(agreement.leases.begin(), agreement.leases.end());
  report_.convergence = judge(agreement, ask_whether_ready(agreement), report_.configuration, report_.known);
  tell_changes(report_.convergence);
  return {};
}

// Only those that run the file: of the others that is all one needs to know.
ReadinessByAddress Wait::ask_whether_ready(const census::ServerAgreement& agreement) {
  ReadinessByAddress answers;
  const std::string own = http::host_and_port(around_.endpoint);
  if (std::ranges::any_of(agreement.servers, [&](const auto& row) { return row.address == own; }))
    answers.emplace(own, control_plane::read_readiness(around_.transport));
  for (const http::Endpoint& endpoint : control_plane::own_addresses(around_)) {
    const std::string address = http::host_and_port(endpoint);
    if (answers.contains(address)) continue;
    auto line = around_.connect(endpoint, control_plane::kDirectConnect);
    if (!line) continue;
    answers.emplace(address, control_plane::read_readiness(**line));
  }
  return answers;
}

void Wait::tell_changes(const Convergence& convergence) {
  for (const ServerStanding& server : convergence.servers)
    tell(server.name, server.converged ? "runs the file and is ready" : server.reason);
}

void Wait::tell(const std::string& about, const std::string& what) {
  std::string& last = told_[about];
  if (std::exchange(last, what) == what) return;
  environment_.err << options_.word << ": " << about << (about.empty() ? "" : " ") << what << '\n';
}

Result<int> Wait::time_is_up() const {
  if (trouble_) return wrap(*trouble_, fmt::format("timed out waiting for the API servers to run {}", report_.file));
  std::string behind;
  for (const ServerStanding& server : report_.convergence.servers)
    if (!server.converged)
      behind += fmt::format("{}{} {}", behind.empty() ? "" : "; ", server.name, server.reason);
  return fail(ErrorKind::timeout,
              fmt::format("timed out waiting for the API servers to run {}: {}", report_.file, behind));
}

// Whether the user has asked to stop.
bool Wait::pause() {
  const TimePoint until = std::min(deadline_, now() + kBetweenRounds);
  while (now() < until) {
    if (interrupts_->poll() > 0) return true;
    around_.transport.run_once(std::min(until, now() + kTurn));
  }
  return interrupts_->poll() > 0;
}

}  // namespace

Result<int> wait_for_convergence(WaitReport& report, const WaitOptions& options, Session& session, Environment& environment) {
  return Wait(report, options, session, environment).run();
}

}  // namespace kencrypt::commands
