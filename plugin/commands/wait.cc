// `kubectl encrypt wait`: until every API server runs exactly this file and is ready.
#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <utility>

#include "base/text.h"
#include "census/server_agreement.h"
#include "cli/common_flags.h"
#include "commands/command.h"
#include "commands/convergence.h"
#include "commands/exit_code.h"
#include "commands/output_choice.h"
#include "commands/preflight.h"
#include "commands/session.h"
#include "commands/wait_output.h"
#include "control_plane/survey.h"
#include "encryption/encryption_keys.h"
#include "http/retry.h"

namespace kencrypt::commands {
namespace {

constexpr output::Format kFormats[] = {output::Format::json, output::Format::yaml};
// A server that reloads by itself looks at its file once a minute
// (k8s.io/apiserver pkg/server/options/encryptionconfig/controller).
constexpr Duration kBetweenRounds = std::chrono::seconds(2);
// How soon Ctrl-C is noticed.
constexpr Duration kTurn = std::chrono::milliseconds(200);

class Wait {
 public:
  Wait(WaitReport& report, Duration timeout, Session& session, Environment& environment)
      : report_(report),
        environment_(environment),
        around_(surroundings_of(session, environment)),
        interrupts_(environment.watch_interrupts()),
        began_(environment.clock.now()),
        deadline_(began_ + timeout) {}

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
  void tell_changes(const Convergence& convergence);
  void tell(const std::string& about, const std::string& what);
  Result<int> time_is_up() const;
  bool pause();

  WaitReport& report_;
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
  report_.convergence = judge(agreement, ask_whether_ready(agreement), report_.configuration);
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
  environment_.err << "wait: " << about << (about.empty() ? "" : " ") << what << '\n';
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

Result<int> run_wait(const cli::ParsedFlags& flags, Environment& environment) {
  TRY_ASSIGN(const OutputChoice choice, parse_output(flags, kFormats));
  if (!flags.positionals().empty())
    return fail(ErrorKind::usage, "wait takes no arguments; give the file with --config");
  WaitReport report{.file = flags.get_string("config"), .configuration = {}};
  if (report.file.empty())
    return fail(ErrorKind::usage, "--config is needed: the file that the API servers are to run");
  TRY_ASSIGN(const auto ring, encryption::read_key_ring(report.file, encryption::KeyBytes::leave));
  report.configuration = ring.hash();
  TRY_ASSIGN(const auto session, open_session(flags, environment, {.max_connections = 1}));
  const Result<int> code = Wait(report, flags.get_duration("timeout"), *session, environment).run();
  // A program that reads the document wants to know who stays behind.
  if (code || !choice.is_text()) TRY(print_wait(environment.out, report, choice));
  TRY(code);
  return session->close(*code);
}

}  // namespace

Command wait_command() {
  return {
      .name = "wait",
      .summary = "Wait until every API server runs a configuration file",
      .help = {.description =
                   "Wait until every API server runs exactly this EncryptionConfiguration and is ready.\n\n"
                   "An API server reads its file when it starts, or once a minute with "
                   "--encryption-provider-config-automatic-reload. The hash of what it has loaded is compared "
                   "with that of the file (servers from 1.34 on publish it). How many servers there are is known "
                   "from their Leases.\n\n"
                   "The exit code is 0 only if all of that is known of all of them. It is 2 if those that can be "
                   "asked run the file and the others will never tell.",
               .examples = {{"After a key was added on every control plane node",
                             "{program} wait --config /etc/kubernetes/enc/enc.yaml"},
                            {"Look once, without waiting", "{program} wait --config enc.yaml --timeout 0"}},
               .subcommands = {},
               .usage = "{program} wait --config FILE [flags] [options]",
               .closing = cli::closing_lines(false)},
      .flags = {{.name = "config",
                 .help = "The EncryptionConfiguration file that the API servers should be running, byte for byte.",
                 .value = cli::file()},
                {.name = "timeout",
                 .kind = cli::FlagKind::duration,
                 .default_value = "10m",
                 .help = "The length of time to wait before giving up. Zero means check once and don't wait."},
                document_output_flag("json, yaml"),
                template_flags()[0], template_flags()[1]},
      .arguments = {},
      .run = &run_wait};
}

}  // namespace kencrypt::commands
