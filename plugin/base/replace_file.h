// Writing a file so that there is always a whole one: the old or the new.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <sys/types.h>

#include "base/result.h"

namespace kencrypt {

enum class Sync {
  no,   // survives the end of this process
  yes,  // survives a power cut, and takes some milliseconds
};

enum class Access {
  owner,    // for the user alone: 0600
  program,  // for everybody to run: 0755
};

struct FileOwner {
  uid_t user = 0;
  gid_t group = 0;
};

// Writes `content` to PATH.tmp and renames it to `path`. The file is the caller's, or `owner`'s. Errors: io, with the path
// and the system's reason; `path` is then as it was, but where it was the directory that could not be synchronised.
Result<void> replace_file(const std::filesystem::path& path, std::string_view content, Sync sync,
                          Access access = Access::owner, std::optional<FileOwner> owner = std::nullopt);

}  // namespace kencrypt
