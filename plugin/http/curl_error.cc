#include "http/curl_error.h"

#include <fmt/format.h>

#include <cerrno>

namespace kencrypt::http {
namespace {

ErrorKind kind_of(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
    case CURLE_SSL_CONNECT_ERROR:  // a handshake cut short: a server that is just going or coming
      return ErrorKind::unreachable;
    case CURLE_OPERATION_TIMEDOUT:
      return ErrorKind::timeout;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_BAD_FUNCTION_ARGUMENT:  // what libcurl 8.22 says of a client's key that is none
    case CURLE_SSL_CIPHER:
      return ErrorKind::tls;
    case CURLE_WRITE_ERROR:
    case CURLE_ABORTED_BY_CALLBACK:
      return ErrorKind::cancelled;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_AGAIN:
      return ErrorKind::connection_lost;
    default:
      return ErrorKind::protocol;
  }
}

// With TLS 1.3 a server refuses the client's certificate, or the lack of one, only when the client
// believes itself connected; all that OpenSSL then has is the alert's name (RFC 8446 section 6.2).
bool is_refused_certificate(std::string_view detail) {
  for (const std::string_view alert :
       {"alert certificate required", "alert bad certificate", "alert unknown ca",
        "alert certificate expired", "alert certificate unknown"})
    if (detail.find(alert) != std::string_view::npos) return true;
  return false;
}

ErrorKind kind_of(CURLcode code, std::string_view detail) {
  return is_refused_certificate(detail) ? ErrorKind::tls : kind_of(code);
}

std::string_view reason_of(CURLcode code, std::string_view detail) {
  return detail.empty() ? std::string_view(curl_easy_strerror(code)) : detail;
}

// kubectl's sentence (k8s.io/kubectl pkg/cmd/util/helpers.go); of a name that nobody knows Go's resolver says the
// same as here.
std::string unable_to_connect(CURLcode code, std::string_view detail, const Endpoint& endpoint) {
  if (code == CURLE_COULDNT_RESOLVE_HOST)
    return fmt::format("Unable to connect to the server: dial tcp: lookup {}: no such host", endpoint.host);
  return fmt::format("Unable to connect to the server: {} ({})", reason_of(code, detail), display_url(endpoint));
}

std::string message_of(CURLcode code, long os_error, std::string_view detail,
                       const Endpoint& endpoint) {
  if (code == CURLE_COULDNT_CONNECT && os_error == ECONNREFUSED && endpoint.proxy.empty())
    return fmt::format(
        "The connection to the server {} was refused - did you specify the right host or port?",
        host_and_port(endpoint));
  switch (kind_of(code, detail)) {
    case ErrorKind::connection_lost:
      return fmt::format("The connection to the server {} was lost: {}", host_and_port(endpoint),
                         reason_of(code, detail));
    case ErrorKind::protocol:
      return fmt::format("The server {} did not answer in HTTP as expected: {}",
                         host_and_port(endpoint), reason_of(code, detail));
    default:
      return unable_to_connect(code, detail, endpoint);
  }
}

}  // namespace

Error curl_error(CURLcode code, long os_error, std::string_view detail, const Endpoint& endpoint) {
  return {kind_of(code, detail), message_of(code, os_error, detail, endpoint)};
}

}  // namespace kencrypt::http
