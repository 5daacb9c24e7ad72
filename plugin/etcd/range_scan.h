// All keys below a prefix, as they stood at one revision of etcd.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "etcd/channel.h"
#include "etcd/key_value.h"
#include "etcd/page_size.h"
#include "http/transport.h"

namespace kencrypt::etcd {

struct ScanProgress {
  std::uint64_t keys = 0;   // handed out so far
  std::uint64_t count = 0;  // of all there are
};

struct ScanOptions {
  std::string prefix;  // of the keys, byte by byte: "/registry/"; "": all keys
  PageLimits limits;
  // etcd forgets old revisions (the API server has it do so every 5 minutes), and a scan that takes
  // longer has to begin again at a new one. The sink cannot unsee, so this must be given for that:
  // it makes the sink forget all that it has got. Empty: such a scan fails instead, with kind
  // expired.
  std::function<void()> on_restart;
  int max_restarts = 3;  // a scan that never ends in time is to fail in the end
  // After each page.
  std::function<void(const ScanProgress&)> on_progress;
};

struct ScanResult {
  std::int64_t revision = 0;  // that all keys were read at
  std::uint64_t cluster_id = 0;
  std::uint64_t keys = 0;
  std::uint64_t pages = 0;
  int restarts = 0;
};

// Reads keys page by page at the revision of the first one, and gives them to `sink`; each next
// page is under way meanwhile. A page is asked for again, after a while, when the connection or the
// member is lost, and with fewer keys when it is too large. `channel` goes through gRPC or the
// gateway, whichever is there.
//
// Every page is checked: keys ascend within the prefix, none is newer than the revision, all pages
// are of one cluster, and in the end there are as many keys as etcd has said at first. So a value
// means that the sink saw all there was, once.
//
// Errors: the sink's own; those of the transport and of rpc_error; expired, where the revision was
// compacted before the end; protocol, where etcd's pages contradict themselves.
Result<ScanResult> scan(Channel& channel, const ScanOptions& options, const KeyValueSink& sink);

}  // namespace kencrypt::etcd
