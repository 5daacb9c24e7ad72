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
  CHECK(reply.error().message.starts_with("Unable to connect to the server https://127.0.0.1:1: "));
  CHECK(reply.error().message.find("403") != std::string::npos);
}

}  // namespace
}  // namespace kencrypt::http
