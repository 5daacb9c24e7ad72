// The flags by which `status` looks at etcd itself, or at its files, instead of asking the API server.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/flag.h"
#include "cli/parsed_flags.h"
#include "encryption/encryption_keys.h"
#include "inventory/etcd_key.h"

namespace kencrypt::commands {

enum class StorageDoor { none, etcd, snapshot, wal };

struct StorageOptions {
  StorageDoor door = StorageDoor::none;
  std::string path;  // of the snapshot or the log; "" for etcd
  std::string prefix;       // kube-apiserver's --etcd-prefix, with a slash at its end
  std::string read_prefix;  // below it, what has to be read for the objects that count
  bool decrypt = false;
  const encryption::KeyRing* ring = nullptr;  // of --config; null: none
  // Which objects count. Valid as long as the options.
  std::function<bool(const inventory::EtcdKey&)> wanted;
  bool everything = false;  // all resources and namespaces
};

// --etcd-endpoints and the others, --snapshot, --wal, --decrypt.
cli::FlagTable storage_flags();

// `ring`: the file of --config, or null; must outlive the options. A type is its plural as in kubectl api-resources, with
// or without the group: without an API server nobody knows short names. Errors: usage, for flags that do not go together.
Result<StorageOptions> parse_storage(const cli::ParsedFlags& flags, const encryption::KeyRing* ring);

}  // namespace kencrypt::commands
