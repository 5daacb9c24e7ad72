#include "kube/config_check.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>

#include "base/errno_text.h"
#include "base/file.h"
#include "http/proxy.h"

namespace kencrypt::kube {
namespace {

using Problems = std::vector<std::string>;

void check_file(const std::string& file, std::string_view field, const std::string& name,
                Problems& problems) {
  if (file.empty()) return;
  const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid())
    problems.push_back(fmt::format("unable to read {} {} for {} due to open {}: {}", field, file,
                                   name, file, errno_text(errno)));
}

void check_trust(const ClusterConfig& cluster, const std::string& name, Problems& problems) {
  const bool has_data = !cluster.certificate_authority_data.empty();
  const bool has_file = !cluster.certificate_authority.empty();
  if (has_data && has_file)
    problems.push_back(
        fmt::format("certificate-authority-data and certificate-authority are both "
                    "specified for {}. certificate-authority-data will override.",
                    name));
  if ((has_data || has_file) && cluster.insecure_skip_tls_verify)
    problems.push_back("specifying a root certificates file with the insecure flag is not allowed");
  check_file(cluster.certificate_authority, "certificate-authority", name, problems);
}

void check_cluster(const ClusterConfig& cluster, const std::string& name, Problems& problems) {
  if (!cluster.proxy_url.empty())
    if (const auto usable = http::check_proxy_url(cluster.proxy_url); !usable)
      problems.push_back(
          fmt::format("invalid 'proxy-url' for cluster \"{}\": {}", name, usable.error().message));
  check_trust(cluster, name, problems);
}

void check_certificate(const UserConfig& user, const std::string& name, Problems& problems) {
  const bool has_data = !user.client_certificate_data.empty();
  if (!has_data && user.client_certificate.empty()) return;
  if (has_data && !user.client_certificate.empty())
    problems.push_back(
        fmt::format("client-cert-data and client-cert are both specified for {}. "
                    "client-cert-data will override.",
                    name));
  if (!user.client_key_data.empty() && !user.client_key.empty())
    problems.push_back(
        fmt::format("client-key-data and client-key are both specified for {}; "
                    "client-key-data will override",
                    name));
  if (user.client_key_data.empty() && user.client_key.empty())
    problems.push_back(
        fmt::format("client-key-data or client-key must be specified for {} to use the "
                    "clientCert authentication method.",
                    name));
  check_file(user.client_certificate, "client-cert", name, problems);
  check_file(user.client_key, "client-key", name, problems);
}

void require(bool given, std::string_view what, const std::string& name, Problems& problems) {
  if (!given)
    problems.push_back(
        fmt::format("{} must be specified for {} to use exec authentication plugin", what, name));
}

void check_exec(const UserConfig& user, const std::string& name, Problems& problems) {
  if (!user.exec) return;
  const ExecConfig& exec = *user.exec;
  if (user.auth_provider)
    problems.push_back(fmt::format(
        "authProvider cannot be provided in combination with an exec plugin for {}", name));
  require(!exec.command.empty(), "command", name, problems);
  require(!exec.api_version.empty(), "apiVersion", name, problems);
  for (const ExecVariable& variable : exec.environment)
    require(!variable.name.empty(), "env variable name", name, problems);
  const std::string& mode = exec.interactive_mode;
  require(!mode.empty(), "interactiveMode", name, problems);
  if (!mode.empty() && mode != "Never" && mode != "IfAvailable" && mode != "Always")
    problems.push_back(fmt::format("invalid interactiveMode for {}: \"{}\"", name, mode));
}

bool has_control_character(const std::string& text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
}

void check_impersonation(const Impersonation& as, const std::string& name, Problems& problems) {
  const bool more = !as.uid.empty() || !as.groups.empty() || !as.extra.empty();
  if (more && as.user.empty())
    problems.push_back(fmt::format(
        "requesting uid, groups or user-extra for {} without impersonating a user", name));
  bool unfit = has_control_character(as.user) || has_control_character(as.uid) ||
               std::any_of(as.groups.begin(), as.groups.end(), has_control_character);
  for (const auto& [key, values] : as.extra)
    unfit = unfit || std::any_of(values.begin(), values.end(), has_control_character);
  if (unfit)  // a line break would be a header of its own
    problems.push_back(
        fmt::format("the user to impersonate for {} holds control characters", name));
}

void check_user(const UserConfig& user, const std::string& name, Problems& problems) {
  check_certificate(user, name, problems);
  check_exec(user, name, problems);
  const bool has_basic = !user.username.empty() || !user.password.empty();
  if (!user.token.empty() && has_basic)
    problems.push_back(
        fmt::format("more than one authentication method found for {}; found [token "
                    "basicAuth], only one is allowed",
                    name));
  check_impersonation(user.impersonate, name, problems);
}

}  // namespace

Result<void> check_selected(const Selected& selected) {
  Problems problems;
  if (selected.context_missing)
    problems.push_back(
        fmt::format("context was not found for specified context: {}", selected.context_name));
  check_user(selected.user, selected.user_name, problems);
  if (selected.cluster_missing)
    problems.push_back(fmt::format("no server found for cluster \"{}\"", selected.cluster_name));
  check_cluster(selected.cluster, selected.cluster_name, problems);
  if (problems.empty()) return {};
  // kubectl takes a lone problem out of its list, and so forgets what the list was of.
  if (problems.size() == 1 && !selected.context_missing)
    return fail(ErrorKind::config, problems.front());
  if (problems.size() == 1)
    return fail(ErrorKind::config, "Error in configuration: " + problems.front());
  return fail(ErrorKind::config,
              fmt::format("Error in configuration: \n* {}", fmt::join(problems, "\n* ")));
}

}  // namespace kencrypt::kube
