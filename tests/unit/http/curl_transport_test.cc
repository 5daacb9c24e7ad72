// libcurl has settings of its own that it takes from the environment, and ideas of its own of what
// went wrong: here it meets a real socket.
#include "http/curl_transport.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <string>
#include <thread>

#include "fakes/scripted_transport.h"

namespace kencrypt::http {
namespace {

// Takes one connection, keeps the first piece of what it hears and answers.
class OneShotServer {
 public:
  explicit OneShotServer(std::string answer) : answer_(std::move(answer)) {
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(socket_, 1) == 0);
    REQUIRE(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~OneShotServer() {
    ::shutdown(socket_, SHUT_RDWR);  // also ends the waiting for somebody who does not come
    if (thread_.joinable()) thread_.join();
    ::close(socket_);
  }
  OneShotServer(const OneShotServer&) = delete;
  OneShotServer& operator=(const OneShotServer&) = delete;

  int port() const { return port_; }
  std::string heard() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    return heard_;
  }

 private:
  void serve() {
    const int client = ::accept(socket_, nullptr, nullptr);
    if (client < 0) return;
    std::array<char, 4096> buffer;
    const ssize_t size = ::read(client, buffer.data(), buffer.size());
    heard_.assign(buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    if (::write(client, answer_.data(), answer_.size()) < 0) heard_.clear();
    ::close(client);
  }

  std::string answer_;
  std::string heard_;
  int socket_ = -1;
  int port_ = 0;
  std::thread thread_;
};

TEST_CASE("curl transport: the proxy of the endpoint is used whatever NO_PROXY says, and its refusal named") {
  OneShotServer proxy("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
  ::setenv("NO_PROXY", "*", 1);
  ::setenv("no_proxy", "*", 1);
  Endpoint endpoint;
  endpoint.scheme = "https";
  endpoint.host = "127.0.0.1";
  endpoint.port = 1;
  endpoint.proxy = "http://127.0.0.1:" + std::to_string(proxy.port());
  const SystemClock clock;
  auto transport = make_curl_transport(endpoint, {}, clock);
  REQUIRE(transport);
  Request request;
  request.target = "/";
  const auto reply = call(**transport, std::move(request), 1000);
  ::unsetenv("NO_PROXY");
  ::unsetenv("no_proxy");
  CHECK(proxy.heard().starts_with("CONNECT 127.0.0.1:1 "));
  REQUIRE_FALSE(reply);
  CHECK(reply.error().kind == ErrorKind::unreachable);
  CHECK(reply.error().message.starts_with("Unable to connect to the server: "));
  CHECK(reply.error().message.ends_with(" (https://127.0.0.1:1)"));
  CHECK(reply.error().message.find("403") != std::string::npos);
}

Endpoint plain_endpoint(int port) {
  Endpoint endpoint;
  endpoint.scheme = "http";
  endpoint.host = "127.0.0.1";
  endpoint.port = port;
  return endpoint;
}

// What `request` brings from the one that listens at `port`.
fakes::RecordingReceiver receive(int port, Request request) {
  const SystemClock clock;
  auto transport = make_curl_transport(plain_endpoint(port), {}, clock);
  REQUIRE(transport);
  request.target = "/";
  fakes::RecordingReceiver receiver;
  (*transport)->start(std::move(request), receiver);
  while (receiver.dones == 0) (*transport)->run_once(clock.now() + std::chrono::seconds(1));
  return receiver;
}

TEST_CASE("curl transport: what stands behind the body reaches the receiver as trailers") {
  OneShotServer server(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Grpc-Status\r\n\r\n"
      "4\r\nbody\r\n0\r\nGrpc-Status: 11\r\nGrpc-Message: compacted\r\n\r\n");
  const auto receiver = receive(server.port(), {});
  CHECK_FALSE(receiver.error);
  CHECK(receiver.body == "body");
  CHECK(find_header(receiver.trailers, "grpc-status") == "11");
  CHECK(find_header(receiver.trailers, "grpc-message") == "compacted");
}

TEST_CASE("curl transport: trailers count against the limit of headers") {
  OneShotServer server(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\nA: " +
      std::string(70000, 'x') + "\r\n\r\n");
  const auto receiver = receive(server.port(), {});
  CHECK(receiver.error);
  CHECK(receiver.trailers.empty());
}

TEST_CASE("curl transport: HTTP/2 with prior knowledge begins with its preface, and only where asked for") {
  OneShotServer server("this is no HTTP/2");
  Request request;
  request.prior_knowledge = true;
  const auto receiver = receive(server.port(), request);
  REQUIRE(receiver.error);
  CHECK(receiver.error->kind == ErrorKind::connection_lost);
  CHECK(server.heard().starts_with("PRI * HTTP/2.0\r\n"));
  OneShotServer other("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  CHECK(receive(other.port(), {}).status == 200);
  CHECK(other.heard().starts_with("GET / HTTP/1.1\r\n"));
}

}  // namespace
}  // namespace kencrypt::http
