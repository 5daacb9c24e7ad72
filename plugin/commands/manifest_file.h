// The file of a manifest: read, replaced at once, and given back.
//
// The kubelet takes every file of its directory for a Pod, so that what was there before is kept in another directory.
// Its name ends with the digest of what took its place: so it is known to belong to exactly that, and there is never a
// doubt whether undoing would take away somebody's later change.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace kencrypt::commands {

struct ManifestFile {
  std::string name;                      // as it was given
  std::filesystem::path path;            // of the file itself, where `name` is a link
  std::filesystem::path link_directory;  // in which `name` is
  SecretBytes text;
};

// Errors: io; too_large, for more than document::kMaxDocument bytes.
Result<ManifestFile> read_manifest(const std::string& name);

// Where the former bytes of a file go: `wanted`, or, if that is "", the directory above that of the file. Errors: usage,
// for the directory that the manifest is in.
Result<std::filesystem::path> backup_directory(const ManifestFile& file, const std::string& wanted);

// Keeps the former bytes and puts `text` in their place, with mode and owner as before. Killed at any time, it leaves the
// old file or the new one. Returns where the former bytes are. Errors: io; conflict, if the file is no longer what was
// read, or has other names that would go on having the old bytes.
Result<std::filesystem::path> write_manifest(const ManifestFile& file, const std::filesystem::path& backups,
                                             std::string_view text);

// The file that has what was there before the present bytes. Errors: not_found, if there is none: nothing was written, or
// the file was changed since; the message names what is kept of this file.
Result<std::filesystem::path> find_backup(const ManifestFile& file, const std::filesystem::path& backups);

// Puts `text`, which is that of `backup`, back in its place, and removes `backup`. Errors: as write_manifest().
Result<void> restore_manifest(const ManifestFile& file, const std::filesystem::path& backup, std::string_view text);

}  // namespace kencrypt::commands
