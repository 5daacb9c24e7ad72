// What a change of keys does to the cluster, by the commands that do it alone: wait, rewrite, status, manifest.
#pragma once

#include <string>

#include "base/result.h"
#include "cli/parsed_flags.h"
#include "commands/convergence.h"
#include "commands/environment.h"
#include "commands/rotation_options.h"
#include "rotation/journal.h"

namespace kencrypt::commands {

// Where a version of the file comes from.
enum class Origin {
  given,  // it is as it was when the operation began: what the API servers run already
  made,   // by the operation: it has to be brought to them
};

class RotationSteps {
 public:
  // All must outlive it.
  RotationSteps(const RotationOptions& options, const cli::ParsedFlags& flags, Environment& environment)
      : options_(options), flags_(flags), environment_(environment) {}

  // Waits until every API server runs the file, whose hash is given; of one that was made says what to put where, and pushes
  // it. Returns the exit code. Errors: those of waiting, pushing and patching; config, for a file as it was given, if a
  // server runs something else.
  // `known`: every server that was ever there; those that are seen are added.
  Result<int> converge(const std::string& hash, Origin origin, KnownServers& known);

  // Whether no server runs an encryption configuration, or only the file itself ("" for none yet). Returns the exit code:
  // kFindings where it is not known. Errors: config, if one does.
  Result<int> look_whether_plain(const std::string& hash, KnownServers& known);

  // The exit code of `rewrite`.
  Result<int> rewrite();

  // Whether nothing is stored as before: kDone, or kFindings with the reasons printed.
  Result<int> prove(const rotation::Journal& journal);

  void summarise(const rotation::Journal& journal);
  // A line of progress.
  void say(const std::string& what);
  std::string now() const;  // RFC 3339

 private:
  Result<void> bring(const std::string& hash, Origin origin, const Convergence& behind);
  Result<void> push();
  Result<void> patch_manifest();
  bool is_assumed(const std::string& hash) const;
  int doubt_about(const std::string& hash, const Convergence& found);

  const RotationOptions& options_;
  const cli::ParsedFlags& flags_;
  Environment& environment_;
};

}  // namespace kencrypt::commands
