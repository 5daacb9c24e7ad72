#include "http/proxy.h"

#include <fmt/format.h>

#include <optional>

#include "base/text.h"
#include "http/address.h"

namespace kencrypt::http {
namespace {

struct HostPort {
  std::string_view host;
  std::string_view port;  // "" : any
};

// As net.SplitHostPort, but a text without a port is a host.
HostPort split_host_port(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return {text, ""};
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']'))
    host = host.substr(1, host.size() - 2);
  else if (host.find(':') != std::string_view::npos)
    return {text, ""};  // an IPv6 address without brackets
  return {host, text.substr(colon + 1)};
}

bool name_matches(std::string_view pattern, std::string_view host) {
  if (pattern.starts_with("*.")) pattern.remove_prefix(1);
  if (pattern.starts_with('.')) return host.ends_with(pattern);
  if (host == pattern) return true;
  return host.size() > pattern.size() && host.ends_with(pattern) &&
         host[host.size() - pattern.size() - 1] == '.';
}

bool entry_matches(std::string_view entry, std::string_view host, std::string_view port,
                   const std::optional<Address>& address) {
  if (const auto range = parse_range(entry)) return address && contains(*range, *address);
  const HostPort wanted = split_host_port(entry);
  if (wanted.host.empty()) return false;
  if (!wanted.port.empty() && wanted.port != port) return false;
  if (const auto wanted_address = parse_address(wanted.host)) return address == wanted_address;
  return !address && name_matches(wanted.host, host);
}

std::optional<std::string> find_either(const Variables& variables, std::string_view upper) {
  auto value = variables.find(upper);
  return value ? value : variables.find(to_lower(upper));
}

std::string_view scheme_of(std::string_view url) {
  const auto end = url.find("://");
  return end == std::string_view::npos ? std::string_view() : url.substr(0, end);
}

bool has_host(std::string_view url) {
  const auto end = url.find("://");
  const std::string_view rest = end == std::string_view::npos ? url : url.substr(end + 3);
  return !rest.empty() && rest.front() != '/' &&
         rest.find_first_of(" \t\r\n") == std::string_view::npos;
}

// The checked URL with its scheme in lower case, as url.Parse gives it.
Result<std::string> normalised(std::string_view url) {
  TRY(check_proxy_url(url));
  const std::string_view scheme = scheme_of(url);
  return to_lower(scheme) + std::string(url.substr(scheme.size()));
}

// A value of HTTPS_PROXY and its kin as a URL.
Result<std::string> environment_proxy(std::string value, std::string_view variable) {
  if (scheme_of(value).empty()) value = "http://" + value;
  constexpr std::string_view kResolvingAtProxy = "socks5h://";  // what socks5 means to us anyway
  if (value.starts_with(kResolvingAtProxy))
    value = "socks5://" + value.substr(kResolvingAtProxy.size());
  auto url = normalised(value);
  if (!url) return wrap(std::move(url).error(), fmt::format("environment variable {}", variable));
  return url;
}

bool is_cgi(const Variables& variables) { return variables.find("REQUEST_METHOD").has_value(); }

}  // namespace

Result<void> check_proxy_url(std::string_view url) {
  const std::string scheme = to_lower(scheme_of(url));
  if (scheme != "http" && scheme != "https" && scheme != "socks5")
    return fail(
        ErrorKind::config,
        fmt::format("unsupported proxy scheme \"{}\", must be http, https, or socks5", scheme));
  if (!has_host(url)) return fail(ErrorKind::config, "the proxy URL names no host");
  return {};
}

bool no_proxy_matches(std::string_view list, std::string_view host, int port) {
  const std::string wanted_host = to_lower(host);
  const std::string wanted_port = std::to_string(port);
  const auto address = parse_address(wanted_host);
  const std::string entries = to_lower(list);
  for (const std::string_view part : split(entries, ',')) {
    const std::string_view entry = trim(part);
    if (entry == "*") return true;
    if (!entry.empty() && entry_matches(entry, wanted_host, wanted_port, address)) return true;
  }
  return false;
}

Result<std::string> choose_proxy(const Endpoint& endpoint, std::string_view configured,
                                 const Variables& variables) {
  if (!configured.empty()) return normalised(configured);
  const std::string_view variable = endpoint.scheme == "https" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const auto value = find_either(variables, variable);
  if (!value) return std::string();
  // A client of a CGI program sets HTTP_PROXY with a "Proxy:" header
  // (https://go.dev/s/cgihttpproxy).
  if (variable == "HTTP_PROXY" && is_cgi(variables))
    return fail(ErrorKind::config,
                "refusing to use HTTP_PROXY in a CGI environment, where a caller may have set it; "
                "unset REQUEST_METHOD or set proxy-url in the kubeconfig");
  const auto address = parse_address(endpoint.host);
  if (endpoint.host == "localhost" || (address && is_loopback(*address))) return std::string();
  if (no_proxy_matches(find_either(variables, "NO_PROXY").value_or(""), endpoint.host,
                       endpoint.port))
    return std::string();
  return environment_proxy(*value, variable);
}

}  // namespace kencrypt::http
