#include "commands/rotation_run.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ostream>
#include <utility>

#include "base/file.h"
#include "base/sha256.h"
#include "commands/config_file.h"
#include "commands/exit_code.h"
#include "commands/new_key.h"
#include "commands/rotation_begin.h"
#include "commands/rotation_files.h"
#include "commands/rotation_steps.h"
#include "config/change.h"
#include "document/tree.h"
#include "output/printable.h"
#include "rotation/machine.h"
#include "rotation/plan.h"

namespace kencrypt::commands {
namespace {

using rotation::Facts;
using rotation::Journal;
using rotation::Operation;
using rotation::Step;
using rotation::Version;

class RotationRun {
 public:
  RotationRun(const RotationOptions& options, const cli::ParsedFlags& flags, Environment& environment)
      : options_(options), environment_(environment), steps_(options, flags, environment) {}

  Result<int> run(Journal journal) {
    journal_ = std::move(journal);
    for (;;) {
      TRY_ASSIGN(const std::string hash, file_hash(options_.file));
      facts_.file = journal_.version_of(hash);
      const Step step = rotation::next_step(journal_, facts_);
      if (step == Step::finish) return finish();
      TRY_ASSIGN(const int code, take(step, hash));
      if (code != kDone) return code;
    }
  }

 private:
  Result<int> take(Step step, const std::string& hash);
  Result<int> converge(const std::string& hash);
  Result<int> add(const std::string& hash);
  Result<int> change(Version version, const std::string& from);
  Result<int> rewrite();
  Result<int> prove();
  Result<int> archive();
  Result<int> finish();
  Result<void> save() { return write_rotation_journal(options_.file, journal_); }

  const RotationOptions& options_;
  Environment& environment_;
  RotationSteps steps_;
  Journal journal_;
  Facts facts_;
  bool rewrote_ = false;  // in this run
};

Result<int> RotationRun::take(Step step, const std::string& hash) {
  switch (step) {
    case Step::refuse: return refuse_changed_file(options_.file, journal_);
    case Step::converge: return converge(hash);
    case Step::add: return add(hash);
    case Step::promote: return change(Version::promoted, hash);
    case Step::rewrite: return rewrite();
    case Step::prove: return prove();
    case Step::archive: return archive();
    case Step::remove: return change(Version::final, hash);
    case Step::finish: break;
  }
  return kDone;
}

// A file by which nothing is written encrypted yet may be brought to servers that have none.
Result<int> RotationRun::converge(const std::string& hash) {
  const bool given = journal_.at(Version::start)->hash == hash;
  const bool first = given && options_.operation == Operation::enable && facts_.file == Version::added;
  if (first) {
    TRY_ASSIGN(const int plain, steps_.look_whether_plain(hash, journal_.servers));
    if (plain != kDone) return plain;
  }
  const auto known = journal_.servers;
  const auto code = steps_.converge(hash, given && !first ? Origin::given : Origin::made, journal_.servers);
  if (journal_.servers != known) TRY(save());
  facts_.converged = code && *code == kDone;
  return code;
}

// Where nothing is encrypted yet no server need agree to the file, but none may run another one.
Result<int> RotationRun::add(const std::string& hash) {
  if (options_.operation == Operation::enable) {
    TRY_ASSIGN(const int code, steps_.look_whether_plain(hash, journal_.servers));
    if (code != kDone) return code;
  }
  return change(Version::added, hash);
}

// The hash of what is to be written is on the disk before it is.
Result<int> RotationRun::change(Version version, const std::string& from) {
  std::optional<ConfigFile> file;
  if (!from.empty()) {
    TRY_ASSIGN(file, ConfigFile::open(options_.file.string()));
  }
  const std::string_view text = file ? file->text() : std::string_view();
  if (file && sha256_label(text) != from) return kDone;  // changed this moment: the next look says by whom
  TRY_ASSIGN(SecretBytes secret, new_key_secret());
  auto changed = rotation::make_version(journal_, version, text, std::move(secret));
  if (!changed) return wrap(std::move(changed).error(), options_.file.string());
  TRY_ASSIGN(const config::Structure structure, config::read_structure(changed->view()));
  journal_.at(version) = rotation::KnownVersion{sha256_label(changed->view()), rotation::outline(structure)};
  TRY(save());
  if (file)
    TRY(file->replace(changed->view(), environment_.clock.wall()));
  else
    TRY(create_config_file(options_.file.string(), changed->view()));
  steps_.say(fmt::format("wrote {} ({}): {}", options_.file.string(), version_name(version), journal_.at(version)->outline));
  facts_ = {};
  return kDone;
}

Result<int> RotationRun::rewrite() {
  TRY_ASSIGN(const int code, steps_.rewrite());
  if (code != kDone) return code;
  rewrote_ = journal_.rewritten = true;
  TRY(save());
  return kDone;
}

// What an earlier run has written anew is looked at first. If that does not do, it may not have been everything.
Result<int> RotationRun::prove() {
  TRY_ASSIGN(const int code, steps_.prove(journal_));
  if (code == kFindings && !rewrote_) {
    steps_.say("there is no proof yet: everything is written anew once more");
    journal_.rewritten = false;
    return kDone;
  }
  if (code != kDone) return code;
  // It counts if all of them run the file still, also one that was away meanwhile and that the proof could not see.
  journal_.proven = steps_.now();
  facts_.proven = true;
  facts_.converged = false;
  return kDone;
}

Result<int> RotationRun::archive() {
  TRY_ASSIGN(const ConfigFile file, ConfigFile::open(options_.file.string()));
  if (journal_.version_of(sha256_label(file.text())) != facts_.file) return kDone;
  TRY_ASSIGN(const std::filesystem::path path, archive_path(options_, journal_));
  journal_.archive = path.string();
  TRY(save());
  TRY(write_archive(path, file.text(), options_.file, journal_));
  steps_.say(fmt::format("kept {} in {}", fmt::join(journal_.old_keys, ", "), path.string()));
  facts_.archived = true;
  return kDone;
}

Result<int> RotationRun::finish() {
  TRY(remove_rotation_journal(options_.file));
  steps_.summarise(journal_);
  return kDone;
}

Result<int> go_on(const RotationOptions& options, const cli::ParsedFlags& flags, Environment& environment) {
  TRY_ASSIGN(auto journal, read_rotation_journal(options.file));
  if (journal) {
    TRY(check_same(options, flags, *journal));
    std::size_t gone = 0;
    for (const std::string& id : flags.get_list("gone-server")) gone += journal->servers.erase(id);
    if (gone > 0) TRY(write_rotation_journal(options.file, *journal));
    if (options.plan_only) return print_plan(options, *journal, environment);
  } else {
    TRY_ASSIGN(auto begun, begin_rotation(options, flags, environment));
    if (!begun) return kDone;
    journal = *std::move(begun);
    TRY(write_rotation_journal(options.file, *journal));
  }
  return RotationRun(options, flags, environment).run(*std::move(journal));
}

}  // namespace

Result<int> run_rotation(const RotationOptions& options, const cli::ParsedFlags& flags, Environment& environment) {
  if (options.operation == Operation::enable && !options.plan_only) TRY(make_directory_of(options.file));
  TRY_ASSIGN(const RotationLock lock, RotationLock::take(options.file));
  Result<int> code = go_on(options, flags, environment);
  const bool stopped = !code || *code != kDone;
  std::error_code error;
  if (stopped && std::filesystem::exists(journal_path(options.file), error))
    environment.err << output::printable(fmt::format("{0}: not at its end yet; to go on, run the same command again. {1} rotate "
                                                     "status --config {2} shows where it stands",
                                                     operation_name(options.operation), environment.program, options.file.string()))
                    << '\n';
  return code;
}

}  // namespace kencrypt::commands
