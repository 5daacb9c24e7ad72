// What a member of etcd says of itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "etcd/channel.h"

namespace kencrypt::etcd {

// etcd api/etcdserverpb/rpc.proto, StatusResponse. Sizes are in bytes.
struct MemberStatus {
  std::uint64_t cluster_id = 0;
  std::uint64_t member_id = 0;
  std::int64_t revision = 0;
  std::string version;                     // "3.6.1"
  std::int64_t db_size = 0;                // of the file: what the quota is compared with
  std::int64_t db_size_in_use = 0;         // without the free pages in it
  std::optional<std::int64_t> db_quota{};  // 3.6 and newer
  bool is_learner = false;
  std::vector<std::string> errors;  // alarms, and what else is wrong: "memberID:1 alarm:NOSPACE "
};

// Asks the member that answers first. Errors: those of the transport and of rpc_error; protocol.
Result<MemberStatus> read_status(Channel& channel);

// Both forms of the reply, the message in its frame. Errors: protocol.
Result<MemberStatus> parse_status_message(std::string_view framed);
Result<MemberStatus> parse_status_json(SecretBytes document);

}  // namespace kencrypt::etcd
