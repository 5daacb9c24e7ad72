#include "etcd/grpc_frame.h"

#include <cstdint>

namespace kencrypt::etcd {

std::string frame_grpc(std::string_view message) {
  std::string framed(1, '\0');
  const auto size = static_cast<std::uint32_t>(message.size());
  for (int shift = 24; shift >= 0; shift -= 8) framed += static_cast<char>((size >> shift) & 0xffU);
  return framed.append(message);
}

Result<std::string_view> unframe_grpc(std::string_view body) {
  if (body.size() < kGrpcFrameHeader)
    return fail(ErrorKind::protocol, "the reply ends before its gRPC message begins");
  if (body[0] != 0) return fail(ErrorKind::protocol, "the gRPC message of the reply is compressed");
  std::uint32_t size = 0;
  for (std::size_t i = 1; i < kGrpcFrameHeader; ++i)
    size = (size << 8) | static_cast<unsigned char>(body[i]);
  body.remove_prefix(kGrpcFrameHeader);
  if (body.size() != size)
    return fail(ErrorKind::protocol, "the reply is not one whole gRPC message");
  return body;
}

}  // namespace kencrypt::etcd
