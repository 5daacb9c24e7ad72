// Writing a file so that there is always a whole one: the old or the new.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string_view>

#include "base/result.h"

namespace kencrypt {

enum class Sync {
  no,   // survives the end of this process
  yes,  // survives a power cut, and takes some milliseconds
};

enum class Access {
  owner,      // for the user alone: 0600
  program,    // for everybody to run: 0755
  readable,   // for everybody to read: 0644
  as_before,  // that of the file at `path`: its mode, owner, group, ACL and label
};

struct FileOwner {
  uid_t user = 0;
  gid_t group = 0;
};

// Writes `content` to another file in the same directory and renames it to `path`. Errors: io, with the path and the
// system's reason; `path` is then as it was.
//
// The other file is PATH.tmp, which a later call finds and takes after a kill. With Access::as_before it is
// .NAME.XXXXXX, where X is chosen anew: others may write at the same time, and the kubelet, which takes every file of its
// directory for a Pod, passes over names with a dot in front (kubernetes pkg/kubelet/config/file.go). `path` has to be a
// regular file then, and no link. The file is the caller's otherwise, or `owner`'s.
Result<void> replace_file(const std::filesystem::path& path, std::string_view content, Sync sync,
                          Access access = Access::owner, std::optional<FileOwner> owner = std::nullopt);

}  // namespace kencrypt
