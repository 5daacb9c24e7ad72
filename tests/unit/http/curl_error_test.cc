#include "http/curl_error.h"

#include <catch2/catch.hpp>
#include <cerrno>

namespace kencrypt::http {
namespace {

TEST_CASE("a server that refuses the client's certificate after the handshake is a matter of trust",
          "[curl_error]") {
  const Endpoint endpoint;
  const Error refused = curl_error(CURLE_RECV_ERROR, 0,
                                   "OpenSSL SSL_read: OpenSSL/3.0.19: error:0A00045C:SSL "
                                   "routines::tlsv13 alert certificate required, errno 0",
                                   endpoint);
  CHECK(refused.kind == ErrorKind::tls);
  CHECK(curl_error(CURLE_RECV_ERROR, 0, "Connection reset by peer", endpoint).kind ==
        ErrorKind::connection_lost);
}

TEST_CASE("a client's key that is none is a matter of trust, too", "[curl_error]") {
  for (const CURLcode code : {CURLE_SSL_CERTPROBLEM, CURLE_BAD_FUNCTION_ARGUMENT})
    CHECK(curl_error(code, 0, "unable to set private key file", {}).kind == ErrorKind::tls);
}

TEST_CASE("what cannot be reached is told in kubectl's words", "[curl_error]") {
  Endpoint endpoint;
  endpoint.scheme = "https";
  endpoint.host = "api.invalid";
  endpoint.port = 6443;
  const auto message = [&endpoint](CURLcode code, long os_error, std::string_view detail) {
    return curl_error(code, os_error, detail, endpoint).message;
  };
  CHECK(message(CURLE_COULDNT_RESOLVE_HOST, 0, "Could not resolve host: api.invalid") ==
        "Unable to connect to the server: dial tcp: lookup api.invalid: no such host");
  CHECK(message(CURLE_COULDNT_CONNECT, ECONNREFUSED, "") ==
        "The connection to the server api.invalid:6443 was refused - did you specify the right host or port?");
  CHECK(message(CURLE_OPERATION_TIMEDOUT, 0, "Connection timed out after 1000 milliseconds") ==
        "Unable to connect to the server: Connection timed out after 1000 milliseconds (https://api.invalid:6443)");
}

}  // namespace
}  // namespace kencrypt::http
