// What lies beside a configuration file while its keys are changed: the journal, and the lock that lets one run at it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/file.h"
#include "base/result.h"
#include "rotation/journal.h"

namespace kencrypt::commands {

// Held as long as this object, and by the kernel, so that nothing is left of a run that was killed. Not inherited by child
// processes.
class RotationLock {
 public:
  // Errors: conflict, with the process that has it; io.
  static Result<RotationLock> take(const std::filesystem::path& file);
  // The process that holds the lock of the file now; nullopt: none. Errors: io.
  static Result<std::optional<std::string>> holder(const std::filesystem::path& file);
  RotationLock(RotationLock&&) = default;
  RotationLock& operator=(RotationLock&&) = default;
  ~RotationLock();

 private:
  RotationLock(std::filesystem::path path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}

  std::filesystem::path path_;
  UniqueFd fd_;
};

// The file itself, where `path` is a link, or where it will be. Errors: io.
Result<std::filesystem::path> real_path(const std::string& path);

// "enc.yaml.rotation".
std::filesystem::path journal_path(const std::filesystem::path& file);
// nullopt: there is none. Errors: io; config, for one that cannot be read.
Result<std::optional<rotation::Journal>> read_rotation_journal(const std::filesystem::path& file);
// On the disk before this returns. Errors: io.
Result<void> write_rotation_journal(const std::filesystem::path& file, const rotation::Journal& journal);
Result<void> remove_rotation_journal(const std::filesystem::path& file);

}  // namespace kencrypt::commands
