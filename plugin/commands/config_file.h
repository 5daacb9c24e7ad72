// An EncryptionConfiguration on the disk: read, and written so that no version of it is ever lost.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/replace_file.h"
#include "base/result.h"
#include "base/secret.h"

namespace kencrypt::commands {

class ConfigFile {
 public:
  // Follows symbolic links: it is the file that they lead to which is read and written. Errors: io, too_large.
  static Result<ConfigFile> open(const std::string& path);

  std::string_view text() const { return text_.view(); }

  // Keeps what was read as "FILE.bak-20261127T140501Z" beside it, and puts `text` in its place: for its owner alone, both on
  // the disk before this returns. Returns the backup's path. Errors: io; also if the file is another than was read.
  Result<std::string> replace(std::string_view text, WallTime now) const;

 private:
  ConfigFile(std::filesystem::path path, SecretBytes text, FileOwner owner)
      : path_(std::move(path)), text_(std::move(text)), owner_(owner) {}

  std::filesystem::path path_;
  SecretBytes text_;
  FileOwner owner_;
};

// The directory of a file that is to be made: for its owner alone, if it alone is missing. Errors: io.
Result<void> make_directory_of(const std::filesystem::path& file);

// A new file, for its owner alone, in a directory that may be missing as well. Errors: io, also if there is one already, which
// stays as it is.
Result<void> create_config_file(const std::string& path, std::string_view text);

}  // namespace kencrypt::commands
