#include "commands/config_file.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/file.h"
#include "base/rfc3339.h"
#include "document/tree.h"

namespace kencrypt::commands {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> io_error(const fs::path& path, int number) {
  return fail(ErrorKind::io, fmt::format("{}: {}", path.string(), std::strerror(number)));
}

// "20261127T140501Z"
std::string compact_time(WallTime now) {
  std::string time = format_rfc3339(now);
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  return time;
}

// Two changes in one second have two backups.
std::string free_name(const std::string& wanted) {
  std::string name = wanted;
  std::error_code error;
  for (int i = 2; fs::exists(fs::symlink_status(name, error)); ++i) name = fmt::format("{}-{}", wanted, i);
  return name;
}

}  // namespace

Result<ConfigFile> ConfigFile::open(const std::string& path) {
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  if (error) return io_error(path, error.value());
  struct stat status {};
  if (::stat(real.c_str(), &status) != 0) return io_error(path, errno);
  TRY_ASSIGN(SecretBytes text, read_file(real, document::kMaxDocument));
  return ConfigFile(real, std::move(text), {status.st_uid, status.st_gid});
}

Result<std::string> ConfigFile::replace(std::string_view text, WallTime now) const {
  TRY_ASSIGN(const SecretBytes current, read_file(path_, document::kMaxDocument));
  if (current != text_)
    return fail(ErrorKind::io, fmt::format("{} was changed meanwhile, and is left as it is: run this again", path_.string()));
  const std::string backup = free_name(fmt::format("{}.bak-{}", path_.string(), compact_time(now)));
  // Only root may give a file away; who else runs this owns it, or has a copy of his own then.
  const std::optional<FileOwner> owner = ::geteuid() == 0 ? std::optional(owner_) : std::nullopt;
  TRY(replace_file(backup, text_.view(), Sync::yes, Access::owner, owner));
  TRY(replace_file(path_, text, Sync::yes, Access::owner, owner));
  return backup;
}

Result<void> make_directory_of(const fs::path& file) {
  std::error_code error;
  const fs::path directory = fs::absolute(file, error).parent_path();
  if (error) return io_error(file, error.value());
  if (fs::exists(directory, error) || ::mkdir(directory.c_str(), S_IRWXU) == 0) return {};
  return io_error(directory, errno);
}

Result<void> create_config_file(const std::string& path, std::string_view text) {
  std::error_code error;
  if (fs::exists(fs::symlink_status(path, error)))
    return fail(ErrorKind::io, fmt::format("{} is there already, and is left as it is", path));
  TRY(make_directory_of(path));
  return replace_file(path, text, Sync::yes);
}

}  // namespace kencrypt::commands
