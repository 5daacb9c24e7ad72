// `kubectl encrypt wait`: until every API server runs exactly this file, is ready, and has gone over to a KMS key.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <memory>
#include <ostream>
#include <utility>

#include "base/text.h"
#include "census/server_agreement.h"
#include "cli/common_flags.h"
#include "commands/api_servers.h"
#include "commands/command.h"
#include "commands/convergence.h"
#include "commands/exit_code.h"
#include "commands/session.h"
#include "commands/wait_options.h"
#include "commands/wait_output.h"
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
  Wait(const WaitOptions& options, WaitReport& report, ApiServers& servers, Session& session, Environment& environment)
      : options_(options),
        report_(report),
        servers_(servers),
        session_(session),
        environment_(environment),
        interrupts_(environment.watch_interrupts()),
        began_(environment.clock.now()),
        deadline_(began_ + options.timeout) {}

  // The exit code. Errors: of what will not be better for waiting, before anything was found.
  Result<int> run() {
    for (;;) {
      TRY(look());
      report_.waited = now() - began_;
      if (report_.convergence.proven()) return kDone;
      if (report_.convergence.ends_in_doubt()) return kFindings;
      if (now() >= deadline_) return time_is_up();
      if (pause()) return kInterrupted;
    }
  }

 private:
  TimePoint now() const { return environment_.clock.now(); }
  Result<void> look();
  ReadinessByAddress ask_whether_ready(const census::ServerAgreement& agreement);
  std::vector<control_plane::KeyStanding> look_at_keys(const control_plane::Survey& survey);
  WallTime began_at(const control_plane::SeenServer& server);
  void tell_changes(const Convergence& convergence);
  void tell(const std::string& about, const std::string& what);
  Result<int> time_is_up() const;
  bool pause();

  const WaitOptions& options_;
  WaitReport& report_;
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
  auto agreement = census::compare(survey, options_.configuration);
  // Without a file it is no matter what else they run.
  if (!options_.configuration)
    agreement.doubt = survey.leases_error
                          ? std::optional("how many there are is not known: " + survey.leases_error->message)
                          : std::nullopt;
  report_.convergence = judge(agreement, ask_whether_ready(agreement), options_.configuration, look_at_keys(survey));
  tell_changes(report_.convergence);
  return {};
}

std::vector<control_plane::KeyStanding> Wait::look_at_keys(const control_plane::Survey& survey) {
  if (!options_.keys) return {};
  std::vector<WallTime> since;
  for (const control_plane::SeenServer& server : survey.seen) since.push_back(began_at(server));
  return control_plane::judge_keys(survey.seen, since, *options_.keys);
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

std::string praise(const ServerStanding& server, const WaitOptions& options) {
  std::vector<std::string> facts;
  if (options.configuration) facts.emplace_back("runs the file");
  for (const control_plane::PresentKey& key : server.keys) facts.push_back("uses " + display(key));
  return facts.empty() ? "is ready" : fmt::format("{} and is ready", fmt::join(facts, ", "));
}

void Wait::tell_changes(const Convergence& convergence) {
  for (const ServerStanding& server : convergence.servers)
    tell(server.name, server.converged ? praise(server, options_) : server.reason);
}

void Wait::tell(const std::string& about, const std::string& what) {
  std::string& last = told_[about];
  if (std::exchange(last, what) == what) return;
  environment_.err << "wait: " << about << (about.empty() ? "" : " ") << what << '\n';
}

Result<int> Wait::time_is_up() const {
  if (trouble_) return wrap(*trouble_, fmt::format("timed out waiting for the API servers to {}", options_.goal()));
  std::string behind;
  for (const ServerStanding& server : report_.convergence.servers)
    if (!server.converged)
      behind += fmt::format("{}{} {}", behind.empty() ? "" : "; ", server.name, server.reason);
  return fail(ErrorKind::timeout,
              fmt::format("timed out waiting for the API servers to {}: {}", options_.goal(), behind));
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

Result<int> run_wait(const cli::ParsedFlags& flags, Environment& environment) {
  TRY_ASSIGN(const WaitOptions options, parse_wait(flags));
  WaitReport report{.options = options};
  TRY_ASSIGN(const auto session, open_session(flags, environment, {.max_connections = 1}));
  TRY_ASSIGN(ApiServers servers, ApiServers::open(options.api_servers, *session, environment));
  const Result<int> code = Wait(options, report, servers, *session, environment).run();
  // A program that reads the document wants to know who stays behind.
  if (code || !options.output.is_text()) TRY(print_wait(environment.out, report));
  TRY(code);
  return session->close(*code);
}

}  // namespace

Command wait_command() {
  return {
      .name = "wait",
      .summary = "Wait until every API server runs a configuration file, or has gone over to a KMS key",
      .help = {.description =
                   "Wait until every API server runs exactly this EncryptionConfiguration and is ready; with --kms, until every one "
                   "has gone over to the key that its KMS v2 plugin has now.\n\n"
                   "An API server reads its file when it starts, or once a minute with "
                   "--encryption-provider-config-automatic-reload. The hash of what it has loaded is compared "
                   "with that of the file (servers from 1.34 on publish it). How many servers there are is known "
                   "from their Leases.\n\n"
                   "It asks a KMS v2 plugin for the ID of its key once a minute, and may write under the former key for 3 minutes "
                   "after the plugin has last named that. Both are in its metrics.\n\n"
                   "The exit code is 0 only if all of that is known of all of them. It is 2 if those that can be "
                   "asked do and the others will never tell.",
               .examples = {{"After a key was added on every control plane node",
                             "{program} wait --config /etc/kubernetes/enc/enc.yaml"},
                            {"After the key was changed in the KMS, before a rewrite", "{program} wait --kms"},
                            {"The same where the former key is known by status -o wide",
                             "{program} wait --kms-provider vault --former-key-id-hash sha256:0123456789ab"},
                            {"Look once, without waiting", "{program} wait --config enc.yaml --timeout 0"}},
               .subcommands = {},
               .usage = "{program} wait (--config FILE | --kms) [flags] [options]",
               .closing = cli::closing_lines(false)},
      .flags = wait_flags(),
      .arguments = {},
      .run = &run_wait};
}

}  // namespace kencrypt::commands
