#include "commands/rotation_steps.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ostream>
#include <utility>

#include "base/rfc3339.h"
#include "base/subprocess.h"
#include "commands/command.h"
#include "commands/convergence_wait.h"
#include "commands/exit_code.h"
#include "commands/preflight.h"
#include "commands/removal_proof.h"
#include "commands/rewrite_flags.h"
#include "commands/run_with.h"
#include "commands/session.h"
#include "control_plane/server_check.h"
#include "output/printable.h"

namespace kencrypt::commands {
namespace {

using rotation::Journal;
using rotation::Operation;

// What a command that distributes a file has to say; more is a mistake.
constexpr std::size_t kMaxPushOutput = 1U << 20;

cli::FlagTable rewrite_passed_flags() { return cli::merge(rewrite_pace_flags(), preflight_flags()); }

const ServerStanding* server_with_another(const Convergence& found, const std::string& hash) {
  for (const ServerStanding& server : found.servers)
    if (server.row.configuration && *server.row.configuration != hash) return &server;
  return nullptr;
}

// One that is known to run something else, be it nothing.
const ServerStanding* server_without(const Convergence& found, const std::string& hash) {
  for (const ServerStanding& server : found.servers)
    if (!server.row.configuration && server.row.publishes) return &server;
  return server_with_another(found, hash);
}

}  // namespace

void RotationSteps::say(const std::string& what) {
  environment_.err << output::printable(fmt::format("{}: {}", operation_name(options_.operation), what)) << '\n';
}

std::string RotationSteps::now() const { return format_rfc3339(environment_.clock.wall()); }

bool RotationSteps::is_assumed(const std::string& hash) const {
  if (options_.assumed.empty()) return false;
  return hash.empty() ? options_.assumed == "none" : hash.starts_with(options_.assumed);
}

Result<int> RotationSteps::converge(const std::string& hash, Origin origin, KnownServers& known) {
  WaitReport report{.demand = {.file = options_.file.string(), .configuration = hash}, .known = known};
  TRY_ASSIGN(const auto session, open_session(flags_, environment_, {.max_connections = 1}));
  TRY_ASSIGN(ApiServers servers, ApiServers::open({}, *session, environment_));
  const WaitTerms wait{.timeout = options_.timeout,
                         .word = operation_name(options_.operation),
                         .on_behind = [&](const Convergence& behind) { return bring(hash, origin, behind); }};
  const Result<int> code = wait_for_convergence(report, wait, servers, *session, environment_);
  known = std::move(report.known);
  if (code && *code == kDone) say(fmt::format("all API servers run {}", control_plane::short_hash(hash)));
  if (!code || *code != kFindings) return code;
  return doubt_about(hash, report.convergence);
}

// What nobody can tell, and what to do about it.
int RotationSteps::doubt_about(const std::string& hash, const Convergence& found) {
  if (is_assumed(hash)) {
    say(fmt::format("that all API servers run {} is taken from --assume-converged", control_plane::short_hash(hash)));
    return kDone;
  }
  std::string unknown;
  for (const ServerStanding& server : found.servers)
    if (!server.converged) unknown += fmt::format("{} {}; ", server.name, server.reason);
  if (found.doubt) unknown += *found.doubt;
  const std::string what = hash.empty() ? std::string("no encryption configuration") : fmt::format("{} ({})", options_.file.string(), hash);
  say(fmt::format("it cannot be known whether every API server runs {}: {}", what, unknown));
  say(fmt::format("see to it by hand that each does{}; then run the same command again with --assume-converged={}",
                  hash.empty() ? "" : ": that it was started, or has reloaded, after it got the file, and is up",
                  hash.empty() ? std::string("none") : control_plane::short_hash(hash)));
  return kFindings;
}

// The file as it was given has to be that of the servers: they would lose what another one of theirs reads.
Result<void> RotationSteps::bring(const std::string& hash, Origin origin, const Convergence& behind) {
  if (origin == Origin::given) {
    const ServerStanding* other = server_without(behind, hash);
    if (other == nullptr) return {};
    return fail(ErrorKind::config, fmt::format("{} is not what the API servers run: {} {}. Give the file that they run, or them this one "
                                               "if it has all keys of theirs",
                                               options_.file.string(), other->name, other->reason));
  }
  say(fmt::format("every API server needs {} ({}) in the place of the file of its --encryption-provider-config; one that does not "
                  "reload it by itself has to be started anew",
                  options_.file.string(), hash));
  if (!options_.manifest.empty()) TRY(patch_manifest());
  if (!options_.push.empty()) TRY(push());
  return {};
}

Result<void> RotationSteps::push() {
  TRY_ASSIGN(const CommandOutput ended,
             run_command({.arguments = {"/bin/sh", "-c", options_.push + " \"$1\"", "sh", options_.file.string()},
                          .environment = environment_.variables.entries(),
                          .output_limit = kMaxPushOutput}));
  if (ended.exit_code == 0) return {};
  return fail(ErrorKind::io, fmt::format("--push-command ended with exit code {}", ended.exit_code));
}

Result<void> RotationSteps::patch_manifest() {
  for (const Command& command : runnable_commands())
    if (command.name == "manifest patch")
      TRY(run_with(command, {options_.manifest, "--config=" + options_.file.string(), "--reload", "--write"}, {}, flags_, environment_));
  return {};
}

Result<int> RotationSteps::look_whether_plain(const std::string& hash, KnownServers& known) {
  WaitReport report{.demand = {.file = options_.file.string(), .configuration = hash}, .known = known};
  TRY_ASSIGN(const auto session, open_session(flags_, environment_, {.max_connections = 1}));
  TRY_ASSIGN(ApiServers servers, ApiServers::open({}, *session, environment_));
  const WaitTerms terms{.timeout = options_.timeout, .one_look = true, .word = operation_name(options_.operation)};
  const auto code = wait_for_convergence(report, terms, servers, *session, environment_);
  known = std::move(report.known);
  const Convergence& found = report.convergence;
  if (code && *code == kInterrupted) return code;
  if (!code && (found.servers.empty() || code.error().kind != ErrorKind::timeout)) return std::unexpected(code.error());
  if (const ServerStanding* other = server_with_another(found, hash))
    return fail(ErrorKind::config,
                fmt::format("encryption is on already: {} runs the configuration {}. Work on that file, with rotate or disable",
                            other->name, control_plane::short_hash(*other->row.configuration)));
  const bool sure = !found.servers.empty() && !found.doubt && std::ranges::all_of(found.servers, [](const ServerStanding& server) {
    return server.row.seen && (server.row.configuration || server.row.publishes);
  });
  if (sure) return kDone;
  return doubt_about(hash, found);
}

Result<int> RotationSteps::rewrite() {
  say("everything that the file encrypts is written anew");
  return run_with(rewrite_command(), {"--config=" + options_.file.string(), "--yes"}, rewrite_passed_flags(), flags_, environment_);
}

Result<int> RotationSteps::prove(const Journal& journal) {
  if (journal.operation == Operation::enable)
    return run_with(status_command(), {"--config=" + options_.file.string(), "--fail-on=plaintext,stale,unknown"}, where_to_look_flags(),
                    flags_, environment_);
  for (const std::string& key : journal.old_keys) {
    TRY_ASSIGN(const int code, prove_removal(key, options_.file.string(), flags_, environment_, {"--by=key"}));
    if (code != kDone) return code;
  }
  return kDone;
}

void RotationSteps::summarise(const Journal& journal) {
  const std::string file = options_.file.string();
  std::string text;
  switch (journal.operation) {
    case Operation::enable: text = fmt::format("Everything that {} encrypts is stored under the key {}", file, journal.new_key); break;
    case Operation::rotate:
      text = fmt::format("Everything is stored under the key {}; {} left {}", journal.new_key, fmt::join(journal.old_keys, ", "), file);
      break;
    case Operation::disable: text = fmt::format("Nothing is encrypted any more, and no key is left in {}", file); break;
  }
  environment_.out << output::printable(text) << '\n';
  if (!journal.archive.empty())
    environment_.out << output::printable(fmt::format("Backups of etcd from before {} need {}: keep it with them", journal.proven, journal.archive)) << '\n';
  if (journal.operation == Operation::disable)
    environment_.out << "The flag --encryption-provider-config may go now, on one API server after the other: kubectl encrypt manifest patch "
                        "FILE --undo, or by hand\n";
  environment_.err << output::printable(fmt::format("{}.bak-* are its former versions, with their keys: remove them when you need them no more", file)) << '\n';
}

}  // namespace kencrypt::commands
