// What a transport needs to know of the server it talks to; made by kube/ from a kubeconfig.
#pragma once

#include <optional>
#include <string>

namespace kencrypt::http {

enum class Trust {
  given_roots,  // the certificates in `roots`, and no others
  nobody_checks,  // insecure-skip-tls-verify
};

struct Endpoint {
  std::string scheme;           // "https" or "http"
  std::string host;             // name or address; an IPv6 address without brackets
  int port = 0;
  std::string base_path;        // "" or "/prefix", without a final slash
  std::string tls_server_name;  // "" : `host`
  Trust trust = Trust::given_roots;
  std::string roots;            // PEM; the kubeconfig's CA, else the system's (http/system_roots)
  std::string proxy;            // "" : none; else http://, https:// or socks5:// URL, may hold a password
  bool compression = true;      // ask for gzip
};

// "host:port", an IPv6 address in brackets.
std::string host_and_port(const Endpoint& endpoint);

// "https://host:port/base" for messages.
std::string display_url(const Endpoint& endpoint);

}  // namespace kencrypt::http
