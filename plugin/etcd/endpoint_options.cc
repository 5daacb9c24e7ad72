#include "etcd/endpoint_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace kencrypt::etcd {
namespace {

constexpr int kMaxPort = 65535;

std::string text_of(const std::optional<std::string>& flag, const Variables& variables,
                    std::string_view variable) {
  return flag ? *flag : variables.find(variable).value_or("");
}

// What Go's strconv.ParseBool takes.
std::optional<bool> parse_bool(std::string_view text) {
  constexpr std::string_view kTrue[] = {"1", "t", "T", "true", "TRUE", "True"};
  constexpr std::string_view kFalse[] = {"0", "f", "F", "false", "FALSE", "False"};
  if (std::find(std::begin(kTrue), std::end(kTrue), text) != std::end(kTrue)) return true;
  if (std::find(std::begin(kFalse), std::end(kFalse), text) != std::end(kFalse)) return false;
  return std::nullopt;
}

Result<bool> bool_of(const std::optional<bool>& flag, const Variables& variables,
                     std::string_view variable, bool otherwise) {
  if (flag) return *flag;
  const auto text = variables.find(variable);
  if (!text) return otherwise;
  if (const auto value = parse_bool(*text)) return *value;
  return fail(ErrorKind::usage,
              fmt::format("{} must be true or false, not \"{}\"", variable, *text));
}

std::unexpected<Error> bad_endpoint(std::string_view why) {
  return fail(ErrorKind::usage,
              fmt::format("an endpoint of etcd {}: give --etcd-endpoints as host:port or "
                          "https://host:port, separated by commas",
                          why));
}

// Takes "http://" or "https://" off the front; nullopt if there is no "://".
std::optional<std::string_view> take_scheme(std::string_view& text) {
  const auto end = text.find("://");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view scheme = text.substr(0, end);
  text.remove_prefix(end + 3);
  return scheme;
}

bool is_host(std::string_view host, std::string_view marks) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [marks](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           marks.find(c) != std::string_view::npos;
  });
}

// Takes the host off the front, and leaves ":port" or nothing.
bool take_host(std::string_view& text, std::string& host) {
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return false;
    host = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    return is_host(host, ":.%-_");
  }
  host = text.substr(0, text.find(':'));
  text.remove_prefix(host.size());
  return is_host(host, ".-_");
}

bool read_port(std::string_view text, int& port) {
  port = kDefaultPort;
  if (text.empty()) return true;
  if (!text.starts_with(':')) return false;
  text.remove_prefix(1);
  const auto read = std::from_chars(text.data(), text.data() + text.size(), port);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size() && port > 0 &&
         port <= kMaxPort;
}

Result<void> check_files(const EndpointOptions& options) {
  if (options.cert.empty() != options.key.empty())
    return fail(ErrorKind::usage,
                "--etcd-cert and --etcd-key belong together: give both or neither");
  const bool tls = std::any_of(options.endpoints.begin(), options.endpoints.end(),
                               [](const EndpointAddress& endpoint) { return endpoint.tls; });
  if (tls && options.cacert.empty() && !options.insecure_skip_tls_verify)
    return fail(ErrorKind::usage,
                "--etcd-cacert is missing: the certificate of etcd's CA, on a kubeadm node "
                "/etc/kubernetes/pki/etcd/ca.crt, without which etcd cannot be trusted");
  return {};
}

}  // namespace

Result<EndpointAddress> parse_endpoint(std::string_view text, bool tls_by_default) {
  if (text.find('@') != std::string_view::npos) return bad_endpoint("must hold no user name");
  if (text.starts_with("unix:") || text.starts_with("unixs:"))
    return bad_endpoint("is a unix socket, which is not supported");
  const auto scheme = take_scheme(text);
  if (scheme && *scheme != "http" && *scheme != "https")
    return bad_endpoint("has a scheme that is neither http nor https");
  if (text.ends_with('/')) text.remove_suffix(1);
  EndpointAddress address;
  address.tls = scheme ? *scheme == "https" : tls_by_default;
  if (!take_host(text, address.host)) return bad_endpoint("has no valid host name");
  if (!read_port(text, address.port))
    return bad_endpoint("has a port that is not one from 1 to 65535");
  return address;
}

std::string key_prefix_of(std::string_view prefix) {
  std::string whole = "/";
  for (const std::string_view part : split(prefix, '/'))
    if (!part.empty()) whole.append(part) += '/';
  return whole;
}

Result<EndpointOptions> resolve_endpoint_options(const EndpointFlags& flags,
                                                 const Variables& variables) {
  EndpointOptions options;
  options.cacert = text_of(flags.cacert, variables, "ETCDCTL_CACERT");
  options.cert = text_of(flags.cert, variables, "ETCDCTL_CERT");
  options.key = text_of(flags.key, variables, "ETCDCTL_KEY");
  options.key_prefix = key_prefix_of(flags.prefix);
  TRY_ASSIGN(options.insecure_skip_tls_verify, bool_of(flags.insecure_skip_tls_verify, variables,
                                                       "ETCDCTL_INSECURE_SKIP_TLS_VERIFY", false));
  TRY_ASSIGN(const bool plain,
             bool_of(flags.insecure_transport, variables, "ETCDCTL_INSECURE_TRANSPORT", true));
  const bool tls = !options.cacert.empty() || !options.cert.empty() || !options.key.empty() ||
                   options.insecure_skip_tls_verify || !plain;
  std::string list = text_of(flags.endpoints, variables, "ETCDCTL_ENDPOINTS");
  if (list.empty()) list = kDefaultEndpoint;
  for (const std::string_view text : split(list, ',')) {
    TRY_ASSIGN(EndpointAddress endpoint, parse_endpoint(trim(text), tls));
    options.endpoints.push_back(std::move(endpoint));
  }
  TRY(check_files(options));
  return options;
}

}  // namespace kencrypt::etcd
