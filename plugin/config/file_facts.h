// What the file system says of a configuration and of what lies beside it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <sys/types.h>

#include "base/result.h"

namespace kencrypt::config {

struct FileFacts {
  mode_t mode = 0;
  uid_t owner = 0;
  uid_t self = 0;             // who runs this program
  std::int64_t modified = 0;  // seconds since 1970
  std::int64_t now = 0;
  std::string snapshot{}; // a file of etcd in the same directory; "": none found
  bool in_etcd = false;   // the directory is one of etcd's own
  int max_key_days = 0;   // 0: no limit
};

// So many files of the directory are looked at, which is more than a control plane node has beside its configuration.
inline constexpr int kMaxNeighbours = 1000;

// Follows symbolic links. Errors: io, with the path and the system's reason.
Result<FileFacts> look_at_file(const std::filesystem::path& path, std::int64_t now);

}  // namespace kencrypt::config
