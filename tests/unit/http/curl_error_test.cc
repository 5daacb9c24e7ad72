#include "http/curl_error.h"

#include <catch2/catch.hpp>

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

}  // namespace
}  // namespace kencrypt::http
