#include "etcd/channel.h"

#include <fmt/format.h>

#include <utility>

namespace kencrypt::etcd {

std::string_view door_name(Door door) { return door == Door::grpc ? "gRPC" : "the JSON gateway"; }

namespace {

// Those that can only have come from etcd itself, not from the network or from another server.
bool is_answer(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::expired:
    case ErrorKind::forbidden:
    case ErrorKind::server:
    case ErrorKind::throttled:
    case ErrorKind::unauthenticated:
    case ErrorKind::unavailable:
      return true;
    default:
      return false;
  }
}

}  // namespace

Result<SecretBytes> Channel::settle_by(Result<SecretBytes> outcome) {
  // By the gateway anybody may answer 200: only its content tells.
  const bool known = outcome ? door() == Door::grpc : is_answer(outcome.error().kind);
  settled_ = settled_ || known;
  return outcome;
}

bool Channel::fall_back(const Error& error) {
  // A server of HTTP/1 breaks off at the preface of HTTP/2, or answers it with what is no gRPC.
  const bool no_grpc =
      error.kind == ErrorKind::protocol || error.kind == ErrorKind::connection_lost;
  if (settled_ || grpc_refusal_ || !no_grpc) return false;
  grpc_refusal_ = error;
  return true;
}

Error Channel::explain(Error error) const {
  if (settled_ || !grpc_refusal_) return error;
  error.message =
      fmt::format("etcd could be read neither by gRPC ({}) nor by its JSON gateway ({})",
                  grpc_refusal_->message, error.message);
  return error;
}

}  // namespace kencrypt::etcd
