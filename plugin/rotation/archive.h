// What is kept of keys that leave a configuration: an EncryptionConfiguration of their own, by which backups from before can
// be read, and which says of which backups that is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "config/structure.h"

namespace kencrypt::rotation {

struct ArchiveFacts {
  std::string file;    // which the keys were in
  std::string proven;  // RFC 3339: when nothing was stored under them any more
};

// `keys` as `status` calls them, of `structure`. Errors: config, if an API server would not take the result.
Result<SecretBytes> archive_text(const config::Structure& structure, const std::vector<std::string>& keys,
                                 const ArchiveFacts& facts);

}  // namespace kencrypt::rotation
