// A refusal by etcd's JSON gateway.
#pragma once

#include "base/result.h"
#include "base/secret.h"

namespace kencrypt::etcd {

// What a reply with the HTTP status `http_status`, not 200, means. `body` is JSON with the code and
// the message of gRPC: {"error","code","message"} in etcd 3.4 and 3.5 (grpc-gateway v1),
// {"code","message", "details"} since 3.6 (v2); the error is then that of rpc_error. Else it is by
// the HTTP status: unauthenticated, forbidden, unavailable (429, 502 to 504) or protocol.
Error gateway_error(int http_status, SecretBytes body);

}  // namespace kencrypt::etcd
