#include "etcd/rpc_status.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace kencrypt::etcd {
namespace {

enum Code {
  kCancelled = 1,
  kInvalidArgument = 3,
  kDeadlineExceeded = 4,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kOutOfRange = 11,
  kUnimplemented = 12,
  kUnavailable = 14,
  kUnauthenticated = 16,
};

constexpr std::array<std::string_view, 17> kNames = {
    "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
    "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
    "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
    "DATA_LOSS", "UNAUTHENTICATED"};

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// ErrUserEmpty is what etcd with authentication answers to a request without a token.
bool wants_user(const RpcStatus& status) {
  return status.code == kUnauthenticated ||
         (status.code == kInvalidArgument && contains(status.message, "user name is empty"));
}

ErrorKind kind_of(const RpcStatus& status) {
  if (wants_user(status)) return ErrorKind::unauthenticated;
  switch (status.code) {
    case kCancelled:
    case kUnavailable:
      return ErrorKind::unavailable;
    case kDeadlineExceeded:
      return ErrorKind::timeout;
    case kPermissionDenied:
      return ErrorKind::forbidden;
    case kUnimplemented:
      return ErrorKind::protocol;
    case kOutOfRange:
      return contains(status.message, "compacted") ? ErrorKind::expired : ErrorKind::server;
    case kResourceExhausted:
      return contains(status.message, "larger than max") ? ErrorKind::too_large
                                                         : ErrorKind::throttled;
    default:
      return ErrorKind::server;
  }
}

std::string_view advice_for(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::unauthenticated:
      return ". etcd's authentication is turned on, and this program gives no user and password: "
             "use a "
             "client certificate whose common name is a user of etcd that may read these keys";
    case ErrorKind::forbidden:
      return ". The user that the client certificate names may not read these keys";
    default:
      return "";
  }
}

int hex_digit(char c) {
  int value = 0;
  const auto [end, error] = std::from_chars(&c, &c + 1, value, 16);
  return error == std::errc{} && end == &c + 1 ? value : -1;
}

// Percent-Encoded of gRPC over HTTP2; what is no escape stays as it is.
std::string percent_decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                        hex_digit(text[i + 2]) >= 0;
    if (!escape) {
      decoded += text[i];
      continue;
    }
    decoded += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
    i += 2;
  }
  return decoded;
}

}  // namespace

std::optional<RpcStatus> find_rpc_status(const std::vector<http::Header>& fields) {
  const auto digits = http::find_header(fields, "grpc-status");
  if (!digits) return std::nullopt;
  RpcStatus status;
  const auto [end, error] =
      std::from_chars(digits->data(), digits->data() + digits->size(), status.code);
  constexpr int kUnknown = 2;
  if (error != std::errc{} || end != digits->data() + digits->size()) status.code = kUnknown;
  status.message = percent_decode(http::find_header(fields, "grpc-message").value_or(""));
  return status;
}

std::string rpc_code_name(int code) {
  if (code < 0 || static_cast<std::size_t>(code) >= kNames.size())
    return fmt::format("status {}", code);
  return std::string(kNames[static_cast<std::size_t>(code)]);
}

std::string printable_excerpt(std::string_view text) {
  std::string shown(text.substr(0, kMaxRpcMessage));
  for (char& c : shown)
    if (c < ' ' || c > '~') c = '?';
  return text.size() > kMaxRpcMessage ? shown + "..." : shown;
}

Error rpc_error(const RpcStatus& status) {
  const ErrorKind kind = kind_of(status);
  const std::string said = printable_excerpt(status.message);
  return {kind, fmt::format("etcd answered {}{}{}{}", rpc_code_name(status.code),
                            said.empty() ? "" : ": ", said, advice_for(kind))};
}

}  // namespace kencrypt::etcd
