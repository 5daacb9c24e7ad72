// The frame that gRPC puts around each message: a byte that says whether it is compressed, its
// length in four bytes, the most significant first (gRPC over HTTP2, Length-Prefixed-Message).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kencrypt::etcd {

inline constexpr std::size_t kGrpcFrameHeader = 5;

// `message`, shorter than 4 GiB, in its frame.
std::string frame_grpc(std::string_view message);

// The one message in the body of a unary reply, as a view into `body`. Errors: protocol, where the
// body is not exactly one whole frame, or is compressed, which no request of ours has allowed.
Result<std::string_view> unframe_grpc(std::string_view body);

}  // namespace kencrypt::etcd
