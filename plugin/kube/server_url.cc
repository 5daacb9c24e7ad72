#include "kube/server_url.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace kencrypt::kube {
namespace {

constexpr int kHttpsPort = 443;
constexpr int kHttpPort = 80;
constexpr int kMaxPort = 65535;

// The text between "://" and the path, and the path.
struct Parts {
  std::string_view scheme;
  std::string_view authority;
  std::string_view path;
};

Parts split_url(std::string_view text) {
  Parts parts;
  if (const auto end = text.find("://"); end != std::string_view::npos) {
    parts.scheme = text.substr(0, end);
    text.remove_prefix(end + 3);
  }
  text = text.substr(0, text.find_first_of("?#"));
  const auto slash = text.find('/');
  parts.authority = text.substr(0, slash);
  if (slash != std::string_view::npos) parts.path = text.substr(slash);
  while (parts.path.ends_with('/')) parts.path.remove_suffix(1);
  return parts;
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

// Letters, digits and what is between the parts of a name or an IPv6 address.
bool is_host(std::string_view text, std::string_view marks) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [marks](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           marks.find(c) != std::string_view::npos;
  });
}

std::unexpected<Error> bad_server(std::string_view text, std::string_view why) {
  return fail(ErrorKind::config, fmt::format("invalid server address \"{}\": {}", text, why));
}

bool set_port(std::string_view digits, ServerUrl& url) {
  url.port = url.scheme == "https" ? kHttpsPort : kHttpPort;
  if (digits.empty()) return true;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
  return error == std::errc{} && end == digits.data() + digits.size() && url.port > 0 &&
         url.port <= kMaxPort;
}

// Takes the host off the front of `authority` and leaves ":port" or nothing; false if it is no
// host.
bool take_host(std::string_view& authority, ServerUrl& url) {
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == std::string_view::npos) return false;
    url.host = authority.substr(1, end - 1);
    authority.remove_prefix(end + 1);
    return url.host.find(':') != std::string::npos && is_host(url.host, ":.%-_");
  }
  const auto colon = authority.find(':');
  url.host = authority.substr(0, colon);
  authority.remove_prefix(url.host.size());
  return is_host(url.host, ".-_");
}

}  // namespace

Result<ServerUrl> parse_server_url(std::string_view text) {
  const Parts parts = split_url(text);
  // First, so that no message below repeats a password.
  if (parts.authority.find('@') != std::string_view::npos)
    return fail(ErrorKind::config,
                "the server address holds a user name; put it into the kubeconfig's user instead");
  if (!is_printable(text)) return bad_server("...", "it holds blanks or control characters");
  ServerUrl url;
  const bool has_scheme = text.find("://") != std::string_view::npos;
  url.scheme = has_scheme ? to_lower(parts.scheme) : "http";
  if (url.scheme != "https" && url.scheme != "http")
    return bad_server(text, "the scheme must be https or http");
  if (!has_scheme && !parts.path.empty())
    return bad_server(text, "host must be a URL or a host:port pair");
  url.path = parts.path;
  std::string_view rest = parts.authority;
  if (!take_host(rest, url)) return bad_server(text, "the host name is not valid");
  if (!rest.empty() && !rest.starts_with(':'))
    return bad_server(text, "the host name is not valid");
  if (!rest.empty()) rest.remove_prefix(1);
  if (!set_port(rest, url)) return bad_server(text, "the port must be a number from 1 to 65535");
  return url;
}

}  // namespace kencrypt::kube
