// The flags of `enable`, `rotate` and `disable`, and what they say together.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "cli/flag.h"
#include "cli/parsed_flags.h"
#include "rotation/journal.h"

namespace kencrypt::commands {

struct RotationOptions {
  rotation::Operation operation = rotation::Operation::rotate;
  std::filesystem::path file{};  // itself, where a link was given
  std::string provider{};        // of the new key; "": by the operation
  std::string kms_name{};        // of provider "kms"
  std::string kms_endpoint{};
  std::vector<std::string> resources{};  // `enable`, for a new file
  std::string manifest{};        // `enable`: that of this host's API server; "": none
  std::string archive{};         // "": one beside the file
  std::string push{};            // a shell command; "": none
  std::string assumed{};         // the beginning of a hash, or "none"; "": nothing is assumed
  Duration timeout{};          // of each wait
  bool yes = false;
  bool plan_only = false;
};

// What the user has to look up by hand before --assume-converged: fewer digits could be of another file.
inline constexpr std::size_t kMinAssumed = 12;

cli::FlagTable rotation_flags(rotation::Operation operation);

// Of `status` and `abort`.
cli::Flag rotation_file_flag();
Result<std::filesystem::path> parse_rotation_file(const cli::ParsedFlags& flags);

// Errors: usage; io.
Result<RotationOptions> parse_rotation(rotation::Operation operation, const cli::ParsedFlags& flags);

}  // namespace kencrypt::commands
