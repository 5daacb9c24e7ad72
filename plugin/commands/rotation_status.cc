#include "commands/rotation_status.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ostream>
#include <sstream>

#include "base/file.h"
#include "base/sha256.h"
#include "commands/config_file.h"
#include "commands/convergence_wait.h"
#include "commands/exit_code.h"
#include "commands/output_choice.h"
#include "commands/rotation_begin.h"
#include "commands/rotation_files.h"
#include "commands/rotation_options.h"
#include "commands/session.h"
#include "commands/wait_output.h"
#include "config/change.h"
#include "document/tree.h"
#include "output/printable.h"
#include "output/value.h"
#include "rotation/machine.h"
#include "rotation/plan.h"

namespace kencrypt::commands {
namespace {

using output::Value;
using rotation::Journal;
using rotation::Operation;
using rotation::Step;
using rotation::Version;

constexpr output::Format kFormats[] = {output::Format::json, output::Format::yaml};

struct Standing {
  std::filesystem::path file;
  std::string hash;     // "": there is no file
  std::string outline;  // or why it cannot be read
  std::optional<Journal> journal;
  std::optional<std::string> runner;  // who works on it now
  Convergence servers;
  std::string unasked;  // why the servers could not be asked; "": they were
  Step next = Step::finish;
  std::size_t number = 0;  // of `next` among all steps, from 1; 0: in none

  std::span<const rotation::Stage> stages() const { return rotation::stages_of(journal->operation); }
};

std::string outline_of(const std::filesystem::path& file) {
  const auto text = read_file(file, document::kMaxDocument);
  if (!text) return text.error().message;
  const auto structure = config::read_structure(text->view());
  return structure ? rotation::outline(*structure) : structure.error().message;
}

// One look. What it says on its way is not wanted here.
Result<Convergence> look_at_servers(const Standing& standing, const cli::ParsedFlags& flags, Environment& environment) {
  WaitReport report{.demand = {.file = standing.file.string(), .configuration = standing.hash}};
  TRY_ASSIGN(const auto session, open_session(flags, environment, {.max_connections = 1}));
  std::ostringstream unheard;
  Environment quiet{environment.program, environment.arguments, environment.variables, environment.in, environment.out, unheard,
                    environment.terminals, environment.clock, environment.connect, environment.watch_interrupts};
  TRY_ASSIGN(ApiServers servers, ApiServers::open({}, *session, quiet));
  const auto code = wait_for_convergence(report, {}, servers, *session, quiet);
  if (!code && report.convergence.servers.empty()) return std::unexpected(code.error());
  return std::move(report.convergence);
}

void find_step(Standing& standing) {
  rotation::Facts facts{.file = standing.journal->version_of(standing.hash), .converged = standing.servers.proven()};
  standing.next = rotation::next_step(*standing.journal, facts);
  const auto stages = standing.stages();
  for (std::size_t i = 0; i < stages.size(); ++i)
    if (facts.file == stages[i].file && standing.next == stages[i].step) standing.number = i + 1;
}

Result<Standing> find_standing(const cli::ParsedFlags& flags, Environment& environment) {
  Standing standing;
  TRY_ASSIGN(standing.file, parse_rotation_file(flags));
  TRY_ASSIGN(standing.hash, file_hash(standing.file));
  standing.outline = outline_of(standing.file);
  TRY_ASSIGN(standing.journal, read_rotation_journal(standing.file));
  TRY_ASSIGN(standing.runner, RotationLock::holder(standing.file));
  auto servers = look_at_servers(standing, flags, environment);
  if (servers)
    standing.servers = *std::move(servers);
  else
    standing.unasked = servers.error().message;
  if (standing.journal) find_step(standing);
  return standing;
}

Value texts(const std::vector<std::string>& all) {
  Value list = Value::array();
  for (const std::string& one : all) list.push_back(one);
  return list;
}

Value operation_document(const Standing& standing) {
  if (!standing.journal) return {};
  const Journal& journal = *standing.journal;
  return Value::object({{"name", rotation::operation_name(journal.operation)},
                        {"began", journal.began},
                        {"newKey", journal.new_key},
                        {"oldKeys", texts(journal.old_keys)},
                        {"step", standing.number},
                        {"steps", standing.stages().size()},
                        {"next", rotation::describe(standing.next)},
                        {"archive", journal.archive}});
}

Value document(const Standing& standing) {
  Value servers = Value::array();
  for (const ServerStanding& server : standing.servers.servers) servers.push_back(server_document(server));
  return Value::object({{"apiVersion", "kubectl-encrypt/v1"},
                        {"kind", "RotationStatus"},
                        {"file", standing.file.string()},
                        {"configuration", standing.hash.empty() ? Value() : Value(standing.hash)},
                        {"says", standing.outline},
                        {"operation", operation_document(standing)},
                        {"changedByOthers", standing.journal && standing.next == Step::refuse},
                        {"runBy", standing.runner ? Value(*standing.runner) : Value()},
                        {"converged", standing.servers.proven()},
                        {"unasked", standing.unasked.empty() ? Value() : Value(standing.unasked)},
                        {"apiServers", std::move(servers)}});
}

void print_operation(const Standing& standing, const std::function<void(const std::string&)>& line) {
  if (!standing.journal) return line("Operation: none is under way");
  const Journal& journal = *standing.journal;
  line(fmt::format("Operation: {} from {} to {}, begun at {}", rotation::operation_name(journal.operation),
                   journal.old_keys.empty() ? "plaintext" : fmt::format("{}", fmt::join(journal.old_keys, ", ")),
                   journal.operation == Operation::disable ? "plaintext" : journal.new_key, journal.began));
  if (standing.number > 0)
    line(fmt::format("Next: step {} of {}, {}", standing.number, standing.stages().size(), rotation::describe(standing.next)));
  else
    line(fmt::format("Next: {}", rotation::describe(standing.next)));
  if (!journal.archive.empty()) line(fmt::format("Archive: {}", journal.archive));
}

void print_text(const Standing& standing, Environment& environment) {
  const auto line = [&](const std::string& text) { environment.out << output::printable(text) << '\n'; };
  line(fmt::format("File: {}, {}", standing.file.string(), standing.hash.empty() ? "missing" : standing.hash));
  if (!standing.hash.empty()) line(fmt::format("Says: {}", standing.outline));
  print_operation(standing, line);
  if (standing.runner) line(fmt::format("Run by: {}", *standing.runner));
  if (!standing.unasked.empty()) line(fmt::format("API servers: could not be asked: {}", standing.unasked));
  for (const ServerStanding& server : standing.servers.servers)
    line(fmt::format("API server: {} {}", server.name, server.converged ? "runs the file and is ready" : server.reason));
  if (standing.servers.doubt) line(fmt::format("API servers: {}", *standing.servers.doubt));
}

// What was added and cannot have written.
Result<void> take_back(const std::filesystem::path& path, const Journal& journal, Environment& environment) {
  TRY_ASSIGN(const ConfigFile file, ConfigFile::open(path.string()));
  const auto changed = rotation::take_back(journal, file.text());
  if (!changed) return wrap(changed.error(), path.string());
  TRY(file.replace(changed->view(), environment.clock.wall()));
  environment.out << output::printable(fmt::format("Took the key {} out of {} again, which is {} now: give it to every API server, and see with "
                                                   "`wait` that all run it",
                                                   journal.new_key, path.string(), sha256_label(changed->view())))
                  << '\n';
  return {};
}

bool has_added_a_key(const Journal& journal) {
  return journal.operation != Operation::disable && !journal.at(Version::start)->hash.empty() &&
         *journal.at(Version::start) != *journal.at(Version::added);
}

}  // namespace

cli::FlagTable rotation_status_flags() {
  return {rotation_file_flag(), document_output_flag("json, yaml"), template_flags()[0], template_flags()[1]};
}

Result<int> run_rotation_status(const cli::ParsedFlags& flags, Environment& environment) {
  TRY_ASSIGN(const OutputChoice choice, parse_output(flags, kFormats));
  TRY_ASSIGN(const Standing standing, find_standing(flags, environment));
  if (choice.is_text()) {
    print_text(standing, environment);
    return kDone;
  }
  const Value printed = document(standing);
  TRY(write_document(environment.out, choice, printed, printed.find("apiServers")));
  return kDone;
}

Result<int> run_rotation_abort(const cli::ParsedFlags& flags, Environment& environment) {
  TRY_ASSIGN(const std::filesystem::path file, parse_rotation_file(flags));
  TRY_ASSIGN(const RotationLock lock, RotationLock::take(file));
  TRY_ASSIGN(const auto journal, read_rotation_journal(file));
  if (!journal) return fail(ErrorKind::not_found, fmt::format("{}: no change of keys is under way", file.string()));
  TRY_ASSIGN(const std::string hash, file_hash(file));
  const auto version = journal->version_of(hash);
  if (version == Version::promoted || version == Version::final)
    return fail(ErrorKind::conflict, fmt::format("{}: what is to write may have written already, so it cannot simply go again: bring `{}` to "
                                                 "its end, and then go back by the opposite way",
                                                 file.string(), rotation::operation_name(journal->operation)));
  if (version == Version::added && has_added_a_key(*journal)) TRY(take_back(file, *journal, environment));
  TRY(remove_rotation_journal(file));
  environment.out << output::printable(fmt::format("`{}` of {} is forgotten; the file says: {}", rotation::operation_name(journal->operation),
                                                   file.string(), outline_of(file)))
                  << '\n';
  return kDone;
}

}  // namespace kencrypt::commands
