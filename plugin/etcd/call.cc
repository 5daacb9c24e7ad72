#include "etcd/call.h"

#include <fmt/format.h>

#include <utility>

#include "etcd/gateway_error.h"
#include "etcd/grpc_frame.h"
#include "etcd/rpc_status.h"

namespace kencrypt::etcd {
namespace {

// Waiting is in the hands of the transport's timeouts; this only bounds one turn of the loop.
constexpr Duration kTurn = std::chrono::seconds(1);
constexpr int kOk = 200;

// A reply without a status of gRPC, by grpc's doc/http-grpc-status-mapping.md where that says that
// the server is busy or refuses; any other comes from a server that has no gRPC.
Error no_rpc_status(const http::ResponseHead& head) {
  switch (head.status) {
    case 401:
      return {ErrorKind::unauthenticated, "the server answered HTTP 401 to a call by gRPC"};
    case 403:
      return {ErrorKind::forbidden, "the server answered HTTP 403 to a call by gRPC"};
    case 429:
    case 502:
    case 503:
    case 504:
      return {ErrorKind::unavailable,
              fmt::format("the server answered HTTP {} to a call by gRPC", head.status)};
    default:
      return {
          ErrorKind::protocol,
          fmt::format("the server does not answer as gRPC does (HTTP {}, content type \"{}\")",
                      head.status, printable_excerpt(head.header("content-type").value_or("")))};
  }
}

}  // namespace

Call::Call(const Channel& channel, const Procedure& procedure, std::string_view content,
           std::size_t limit, SecretBytes buffer)
    : channel_(&channel),
      door_(channel.door()),
      content_(door_ == Door::grpc ? frame_grpc(content) : std::string(content)),
      limit_(limit),
      body_(std::move(buffer)) {
  body_.clear();
  id_ = channel_->transport().start(request(procedure), *this);
}

Call::~Call() {
  if (!outcome_) channel_->transport().cancel(id_);
}

http::Request Call::request(const Procedure& procedure) const {
  http::Request request;
  request.method = http::Method::post;
  request.body = content_;
  request.timeout = kCallTimeout;
  if (door_ == Door::grpc) {
    request.target = procedure.grpc_path;
    request.headers = {{"content-type", "application/grpc"}, {"te", "trailers"}};
    request.prior_knowledge = true;
  } else {
    request.target = procedure.gateway_path;
    request.headers = {{"content-type", "application/json"}};
  }
  return request;
}

void Call::wait() {
  while (!outcome_) channel_->transport().run_once(channel_->clock().now() + kTurn);
}

bool Call::on_body(std::string_view chunk) {
  too_large_ = body_.size() + chunk.size() > limit_;
  if (!too_large_) body_.append(chunk);
  return !too_large_;
}

Result<SecretBytes> Call::take() {
  if (too_large_)
    return fail(ErrorKind::too_large,
                fmt::format("etcd's reply is larger than {} bytes, the most that is read", limit_));
  TRY(*outcome_);
  return door_ == Door::grpc ? take_grpc() : take_gateway();
}

Result<SecretBytes> Call::take_grpc() {
  auto status = find_rpc_status(trailers_);
  if (!status) status = find_rpc_status(head_->headers);
  if (!status) return std::unexpected(no_rpc_status(*head_));
  if (status->code != 0) return std::unexpected(rpc_error(*status));
  return std::move(body_);
}

Result<SecretBytes> Call::take_gateway() {
  if (head_->status == kOk) return std::move(body_);
  return std::unexpected(gateway_error(head_->status, std::move(body_)));
}

}  // namespace kencrypt::etcd
