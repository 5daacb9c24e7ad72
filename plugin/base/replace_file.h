// Writing a file so that there is always a whole one: the old or the new.
#pragma once

#include <filesystem>
#include <string_view>

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

// Writes `content` to PATH.tmp and renames it to `path`. Errors: io, with the path and the system's reason;
// `path` is then as it was.
Result<void> replace_file(const std::filesystem::path& path, std::string_view content, Sync sync,
                          Access access = Access::owner);

}  // namespace kencrypt
