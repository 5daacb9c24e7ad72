#include "etcd/gateway_error.h"

#include <fmt/format.h>

#include <charconv>

#include "etcd/json_walk.h"
#include "etcd/rpc_status.h"

namespace kencrypt::etcd {
namespace {

std::optional<RpcStatus> read_status(SecretBytes& body) {
  RpcStatus status;
  std::string error;  // v1 only, and the same text
  const bool sound = walk_json(
      body, {.on_leaf = [&](std::string_view outer, std::string_view inner, std::span<char> value) {
        const std::string_view text(value.data(), value.size());
        if (!inner.empty()) return true;
        if (outer == "code") std::from_chars(text.data(), text.data() + text.size(), status.code);
        if (outer == "message") status.message = text.substr(0, kMaxRpcMessage);
        if (outer == "error") error = text.substr(0, kMaxRpcMessage);
        return true;
      }});
  if (!sound || status.code == 0) return std::nullopt;
  if (status.message.empty()) status.message = error;
  return status;
}

// What Go's TLS server says to those who do not begin with TLS (net/http server.go).
bool wants_tls(std::string_view body) {
  return body.find("HTTP request to an HTTPS server") != std::string_view::npos;
}

ErrorKind kind_of(int http_status) {
  switch (http_status) {
    case 401:
      return ErrorKind::unauthenticated;
    case 403:
      return ErrorKind::forbidden;
    case 429:
    case 502:
    case 503:
    case 504:
      return ErrorKind::unavailable;
    default:
      return ErrorKind::protocol;
  }
}

}  // namespace

Error gateway_error(int http_status, SecretBytes body) {
  if (wants_tls(body.view()))
    return {ErrorKind::protocol,
            "the server speaks TLS only: write its address with https://, and give "
            "--etcd-cacert, --etcd-cert and --etcd-key"};
  if (const auto status = read_status(body)) return rpc_error(*status);
  return {kind_of(http_status),
          fmt::format("the server answered HTTP {}, and not as etcd does", http_status)};
}

}  // namespace kencrypt::etcd
