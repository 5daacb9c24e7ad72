// The SHA-256 that `etcdctl snapshot save` puts behind the database.
//
// etcd etcdutl/snapshot/v3_snapshot.go (hasChecksum: a database is a multiple of 512 bytes long, so
// that 32 more are the digest), server/etcdserver/api/v3rpc/maintenance.go (sends it).
#pragma once

#include <cstdint>

#include "snapshot/byte_source.h"

namespace kencrypt::snapshot {

struct DatabaseSize {
  std::uint64_t bytes = 0;  // of the database
  bool checksum = false;    // whether one follows it
};

DatabaseSize database_size(const ByteSource& source);

// Digests the database if a checksum follows it. Errors: config, if it is another one; those of
// reading.
Result<void> verify_checksum(ByteSource& source, const DatabaseSize& size);

}  // namespace kencrypt::snapshot
