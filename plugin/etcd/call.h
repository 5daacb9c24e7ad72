// One unary call to etcd, by whichever door.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "etcd/channel.h"
#include "http/transport.h"

namespace kencrypt::etcd {

// Where a call is found: path of gRPC and path of the gateway (etcd api/etcdserverpb/rpc.proto).
struct Procedure {
  std::string_view grpc_path;
  std::string_view gateway_path;
};
inline constexpr Procedure kRange{"/etcdserverpb.KV/Range", "/v3/kv/range"};
inline constexpr Procedure kStatus{"/etcdserverpb.Maintenance/Status", "/v3/maintenance/status"};

// etcd gives up by itself after some 7 s (server/config ReqTimeout); the rest is for a large page
// on a slow line.
inline constexpr Duration kCallTimeout = std::chrono::seconds(60);

class Call final : public http::Receiver {
 public:
  // Starts the call by the channel's door. `content` is a protobuf message without its frame, or
  // JSON, as the door wants it. At most `limit` bytes of reply are kept, in `buffer`, whose content
  // is dropped. `channel` must outlive the call.
  Call(const Channel& channel, const Procedure& procedure, std::string_view content,
       std::size_t limit, SecretBytes buffer);
  // Cancels what is still under way.
  ~Call() override;
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  // Drives the transport until the reply is whole or lost.
  void wait();
  // After wait(), once: the reply with its frame, or JSON. Errors: those of the transport;
  // too_large, beyond `limit`; those of rpc_error; protocol, where it is no answer of that door.
  Result<SecretBytes> take();

  void on_head(const http::ResponseHead& head) override { head_ = head; }
  bool on_body(std::string_view chunk) override;
  void on_trailers(const std::vector<http::Header>& trailers) override { trailers_ = trailers; }
  void on_done(Result<void> outcome) override { outcome_ = std::move(outcome); }

 private:
  http::Request request(const Procedure& procedure) const;
  Result<SecretBytes> take_grpc();
  Result<SecretBytes> take_gateway();

  const Channel* channel_;
  Door door_;
  std::string content_;
  std::size_t limit_;
  SecretBytes body_;
  bool too_large_ = false;
  std::optional<http::ResponseHead> head_;
  std::vector<http::Header> trailers_;
  std::optional<Result<void>> outcome_;
  http::RequestId id_ = 0;
};

}  // namespace kencrypt::etcd
