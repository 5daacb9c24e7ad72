#include "config/kms_endpoint.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "document/utf8.h"

namespace kencrypt::config {
namespace {

// Where a text stands in a URL decides what may be in it.
enum class Mode { path, user, host, zone };

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool is_alphanumeric(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// net/url, shouldEscape() for encodeHost and encodeZone.
bool may_stand_in_host(unsigned char c) {
  return c >= 0x80 || is_alphanumeric(c) ||
         std::string_view("-_.~!$&'()*+,;=:[]<>\"").find(static_cast<char>(c)) != std::string_view::npos;
}

// What may be written as %XX in a host: only what is no ASCII, or the percent sign itself (RFC 6874).
bool may_be_escaped(Mode mode, int high, unsigned char value) {
  if (value == '%') return true;
  if (mode == Mode::host) return high >= 8;
  return mode != Mode::zone || value == ' ' || may_stand_in_host(value);
}

std::optional<std::string> unescape(std::string_view text, Mode mode) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c != '%') {
      if ((mode == Mode::host || mode == Mode::zone) && !may_stand_in_host(c)) return std::nullopt;
      plain += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
    const auto value = static_cast<unsigned char>(high * 16 + low);
    if (high < 0 || low < 0 || !may_be_escaped(mode, high, value)) return std::nullopt;
    plain += static_cast<char>(value);
    i += 2;
  }
  return plain;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

bool is_port(std::string_view text) {
  if (text.empty()) return true;
  return text.front() == ':' &&
         std::all_of(text.begin() + 1, text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// netip.ParseAddr, of which only IPv6 passes; a zone is anything that is not empty.
bool is_ipv6(const std::string& text) {
  const std::size_t zone = text.find('%');
  if (zone != std::string::npos && zone + 1 == text.size()) return false;
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return inet_pton(AF_INET6, text.substr(0, zone).c_str(), address.data()) == 1;
}

bool is_bracketed_host(std::string_view host) {
  const std::size_t end = host.rfind(']');
  if (end == std::string_view::npos || !is_port(host.substr(end + 1))) return false;
  const std::string_view name = host.substr(1, end - 1);
  const std::size_t zone = name.find("%25");
  const auto address = unescape(name.substr(0, zone), Mode::host);
  if (!address) return false;
  if (zone == std::string_view::npos) return is_ipv6(*address);
  const auto rest = unescape(name.substr(zone), Mode::zone);
  return rest && is_ipv6(*address + *rest);
}

bool is_host(std::string_view host) {
  const std::size_t bracket = host.rfind('[');
  if (bracket == 0) return is_bracketed_host(host);
  if (bracket != std::string_view::npos) return false;
  const std::size_t colon = host.rfind(':');
  if (colon != std::string_view::npos && !is_port(host.substr(colon))) return false;
  return unescape(host, Mode::host).has_value();
}

bool is_user(std::string_view user) {
  const bool plain = std::all_of(user.begin(), user.end(), [](unsigned char c) {
    return is_alphanumeric(c) || std::string_view("-._:~!$&'()*+,;=%@").find(static_cast<char>(c)) != std::string_view::npos;
  });
  const std::size_t colon = user.find(':');
  if (!plain || !unescape(user.substr(0, colon), Mode::user)) return false;
  return colon == std::string_view::npos || unescape(user.substr(colon + 1), Mode::user).has_value();
}

bool is_authority(std::string_view authority) {
  const std::size_t at = authority.rfind('@');
  if (at == std::string_view::npos) return is_host(authority);
  return is_host(authority.substr(at + 1)) && is_user(authority.substr(0, at));
}

std::string_view scheme_of(std::string_view url) {
  std::size_t length = 0;
  const auto belongs = [](unsigned char c) {
    return is_alphanumeric(c) || c == '+' || c == '-' || c == '.';
  };
  while (length < url.size() && belongs(static_cast<unsigned char>(url[length]))) ++length;
  return length < url.size() && url[length] == ':' ? url.substr(0, length) : std::string_view();
}

// The path of the socket, behind the scheme; nullopt if net/url refuses what is there.
std::optional<std::string> socket_path(std::string_view rest) {
  const std::size_t query = rest.find('?');
  rest = rest.substr(0, query);
  if (!rest.starts_with('/')) return "";
  if (rest.starts_with("//")) {
    rest.remove_prefix(2);
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    if (!is_authority(rest.substr(0, slash))) return std::nullopt;
    rest.remove_prefix(slash);
  }
  return unescape(rest, Mode::path);
}

// The address becomes a URL once more, as "passthrough:///<path>".
bool can_be_dialed(std::string_view path) {
  const std::size_t hash = path.find('#');
  const std::string_view before = path.substr(0, hash);
  if (has_control(before) || !unescape(before.substr(0, before.find('?')), Mode::path)) return false;
  return hash == std::string_view::npos || unescape(path.substr(hash + 1), Mode::path).has_value();
}

}  // namespace

std::string endpoint_problem(std::string_view endpoint) {
  const std::size_t hash = endpoint.find('#');
  const std::string_view url = endpoint.substr(0, hash);
  if (has_control(url)) return "has a control character in it";
  const std::string_view scheme = scheme_of(url);
  if (to_lower(scheme) != "unix") return "is no Unix socket";
  const auto path = socket_path(url.substr(scheme.size() + 1));
  const bool fragment = hash == std::string_view::npos || unescape(endpoint.substr(hash + 1), Mode::path);
  if (!path || !fragment) return "is not a valid URL";
  return can_be_dialed(*path) ? "" : "names a socket that cannot be connected to";
}

}  // namespace kencrypt::config
