// How etcd refuses: a status of gRPC, whether it comes in trailers or in the gateway's JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace kencrypt::etcd {

// A code of grpc's doc/statuscodes.md, 0 being OK, and what the server says to it.
struct RpcStatus {
  int code = 0;
  std::string message;
};

// The status in trailers, or in the headers of a reply that has nothing else ("Trailers-Only" in
// gRPC over HTTP2). nullopt where there is none. The message is decoded from its percent-encoding.
std::optional<RpcStatus> find_rpc_status(const std::vector<http::Header>& fields);

// "UNAVAILABLE" for 14; "status 99" for what gRPC does not know.
std::string rpc_code_name(int code);

// What a status other than OK means to us, with etcd's own messages understood (etcd
// api/v3rpc/rpctypes/error.go):
//   expired          the revision asked for has been compacted
//   unauthenticated  etcd asks for a user, which is more than this program can give
//   forbidden        the client certificate's user may not read this
//   unavailable      no leader, stopping, too slow: the same may be asked again
//   throttled        too many requests at a time
//   timeout          DEADLINE_EXCEEDED
//   too_large        the message is larger than gRPC's limit at one end
//   protocol         UNIMPLEMENTED: not a server that has this call
//   server           anything else
Error rpc_error(const RpcStatus& status);

// `text` fit for a message: at most kMaxRpcMessage bytes, nothing but printable ASCII.
std::string printable_excerpt(std::string_view text);
inline constexpr std::size_t kMaxRpcMessage = 500;  // etcd's own have at most some 100

}  // namespace kencrypt::etcd
