// One way into one etcd cluster: a transport, and which of etcd's two doors is open there.
//
// gRPC is tried first, since every etcd serves it and it is the smaller form. The JSON gateway
// stands in where what listens speaks no gRPC: etcd's --listen-client-http-urls, or a proxy without
// HTTP/2.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "http/transport.h"

namespace kencrypt::etcd {

enum class Door { grpc, gateway };

// "gRPC" or "the JSON gateway".
std::string_view door_name(Door door);

class Channel {
 public:
  // Both must outlive the channel. What it sends is only ever reading, so that `transport` may
  // repeat it elsewhere.
  Channel(http::Transport& transport, const Clock& clock)
      : transport_(&transport), clock_(&clock) {}

  http::Transport& transport() const { return *transport_; }
  const Clock& clock() const { return *clock_; }

  Door door() const { return grpc_refusal_ ? Door::gateway : Door::grpc; }
  // Why it is the gateway: what became of the first call by gRPC. nullopt with gRPC.
  const std::optional<Error>& grpc_refusal() const { return grpc_refusal_; }

  // Whether etcd has answered by this door, be it with a refusal.
  bool settled() const { return settled_; }
  // Takes note of the outcome of a call, and passes it on.
  Result<SecretBytes> settle_by(Result<SecretBytes> outcome);
  // A reply's content was etcd's.
  void settle() { settled_ = true; }
  // Whether `error`, the outcome of a first call, says that there is no gRPC. Then the door is the
  // gateway from now on, and the call is to be made again.
  bool fall_back(const Error& error);
  // `error` with the reason for the gateway, where that could not be used either.
  Error explain(Error error) const;

 private:
  http::Transport* transport_;
  const Clock* clock_;
  std::optional<Error> grpc_refusal_;
  bool settled_ = false;
};

}  // namespace kencrypt::etcd
