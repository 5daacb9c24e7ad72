// Requests and replies of HTTP as plain values; no IO.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/secret.h"

namespace kencrypt::http {

enum class Method { get, put, post, patch, del };

std::string_view method_name(Method method);

struct Header {
  std::string name;
  std::string value;
};

// A client certificate and its key, PEM.
struct Identity {
  SecretBytes certificate;
  SecretBytes key;
};

struct Request {
  Method method = Method::get;
  std::string target;           // path and query below the server's base path, escaped, starts with '/'
  std::vector<Header> headers;  // nothing secret: they are shown at -v=7
  // Not copied: must stay valid and unchanged until the receiver's on_done or cancel().
  std::string_view body;
  // Value of the Authorization header, or null. Copied when the request starts.
  const SecretBytes* authorization = nullptr;
  // Client certificate, or null. Must stay valid until on_done or cancel().
  const Identity* identity = nullptr;
  Duration timeout{};  // for the whole exchange; zero: none
  // Speak HTTP/2 at once where the scheme is http: a gRPC server without TLS understands nothing else
  // (RFC 9113 section 3.3). With https TLS settles it anyway.
  bool prior_knowledge = false;
};

// Value of the first of `headers` that is called `name` (lower case), or nullopt.
std::optional<std::string_view> find_header(const std::vector<Header>& headers, std::string_view name);

// Status line and headers of a reply.
struct ResponseHead {
  int status = 0;
  std::vector<Header> headers;  // names in lower case

  // Value of the first header called `name` (lower case), or nullopt.
  std::optional<std::string_view> header(std::string_view name) const;
};

// A whole reply, for callers that want it in one piece.
struct Response {
  ResponseHead head;
  SecretBytes body;
};

}  // namespace kencrypt::http
