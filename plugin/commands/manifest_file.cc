#include "commands/manifest_file.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <system_error>
#include <vector>

#include "base/file.h"
#include "base/replace_file.h"
#include "base/sha256.h"
#include "document/tree.h"

namespace kencrypt::commands {
namespace {

namespace fs = std::filesystem;

// Of the digest, in hex: more than enough to tell the versions of one file apart.
constexpr std::size_t kDigits = 16;

std::string backup_prefix(const ManifestFile& file) { return file.path.filename().string() + ".before-"; }

fs::path backup_path(const ManifestFile& file, const fs::path& backups, std::string_view text) {
  const std::string label = sha256_label(text);
  return backups / (backup_prefix(file) + label.substr(label.find(':') + 1, kDigits));
}

// A rename gives one name to the new bytes.
Result<void> check_replaceable(const ManifestFile& file) {
  struct stat found {};
  if (::stat(file.path.c_str(), &found) != 0 || !S_ISREG(found.st_mode))
    return fail(ErrorKind::io, fmt::format("{} is no regular file", file.name));
  if (found.st_nlink > 1)
    return fail(ErrorKind::conflict,
                fmt::format("{} has {} names (hard links), and the others would keep the old content: remove them first",
                            file.name, found.st_nlink));
  return {};
}

Result<void> put(const ManifestFile& file, std::string_view text) {
  TRY_ASSIGN(const SecretBytes present, read_file(file.path, document::kMaxDocument));
  if (present != file.text)
    return fail(ErrorKind::conflict, fmt::format("{} was changed meanwhile: run the command again", file.name));
  return replace_file(file.path, text, Sync::yes, Access::as_before);
}

std::vector<std::string> kept(const ManifestFile& file, const fs::path& backups) {
  std::vector<std::string> found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(backups, ignored))
    if (entry.path().filename().string().starts_with(backup_prefix(file))) found.push_back(entry.path().string());
  std::sort(found.begin(), found.end());
  return found;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace

Result<ManifestFile> read_manifest(const std::string& name) {
  ManifestFile file{.name = name, .path = {}, .link_directory = {}, .text = {}};
  TRY_ASSIGN(file.text, read_file(name, document::kMaxDocument));
  std::error_code error;
  file.path = fs::canonical(name, error);
  if (!error) file.link_directory = fs::canonical(fs::absolute(name, error).parent_path(), error);
  if (error) return fail(ErrorKind::io, fmt::format("open {}: {}", name, error.message()));
  return file;
}

Result<fs::path> backup_directory(const ManifestFile& file, const std::string& wanted) {
  std::error_code error;
  const fs::path above = file.path.parent_path().parent_path();
  const fs::path directory = wanted.empty() ? above : fs::canonical(wanted, error);
  if (error || !fs::is_directory(directory, error))
    return fail(ErrorKind::io, fmt::format("--backup-dir {}: no such directory", wanted));
  if (directory == file.path.parent_path() || directory == file.link_directory)
    return fail(ErrorKind::usage,
                fmt::format("the kubelet takes every file in {} for a Pod: say with --backup-dir where else the former bytes go",
                            directory.string()));
  return directory;
}

Result<fs::path> write_manifest(const ManifestFile& file, const fs::path& backups, std::string_view text) {
  TRY(check_replaceable(file));
  const fs::path backup = backup_path(file, backups, text);
  if (const auto saved = replace_file(backup, file.text.view(), Sync::yes); !saved)
    return fail(ErrorKind::io, fmt::format("{}: say with --backup-dir where else the former bytes go", saved.error().message));
  if (const auto written = put(file, text); !written) {
    std::error_code ignored;
    fs::remove(backup, ignored);
    return std::unexpected(written.error());
  }
  return backup;
}

Result<fs::path> find_backup(const ManifestFile& file, const fs::path& backups) {
  const fs::path backup = backup_path(file, backups, file.text.view());
  std::error_code ignored;
  if (fs::is_regular_file(backup, ignored)) return backup;
  const std::vector<std::string> others = kept(file, backups);
  if (others.empty())
    return fail(ErrorKind::not_found, fmt::format("nothing to undo: {} has no former bytes of {}", backups.string(), file.name));
  return fail(ErrorKind::not_found,
              fmt::format("{} was changed after it was patched, and undoing would lose that change: compare it with {} by hand",
                          file.name, joined(others)));
}

Result<void> restore_manifest(const ManifestFile& file, const fs::path& backup, std::string_view text) {
  TRY(check_replaceable(file));
  TRY(put(file, text));
  std::error_code ignored;
  fs::remove(backup, ignored);
  return {};
}

}  // namespace kencrypt::commands
