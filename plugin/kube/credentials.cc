#include "kube/credentials.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/base64.h"
#include "base/file.h"
#include "base/text.h"
#include "kube/auth_provider.h"
#include "kube/exec_plugin.h"
#include "kube/fixed_credentials.h"
#include "kube/token_file.h"

namespace kencrypt::kube {
namespace {

constexpr std::size_t kMaxPemFile = std::size_t{1} << 20;  // a chain and a key are a few KiB

Result<SecretBytes> data_or_file(const SecretBytes& data, const std::string& file) {
  if (!data.empty() || file.empty()) return data;
  return read_file(file, kMaxPemFile);
}

Result<std::optional<http::Identity>> read_identity(const UserConfig& user) {
  http::Identity identity;
  TRY_ASSIGN(identity.certificate,
             data_or_file(user.client_certificate_data, user.client_certificate));
  TRY_ASSIGN(identity.key, data_or_file(user.client_key_data, user.client_key));
  if (identity.certificate.empty() || identity.key.empty()) return std::nullopt;
  return identity;
}

SecretBytes basic(const UserConfig& user) {
  SecretBytes pair(user.username);
  pair.append(":");
  pair.append(user.password.view());
  SecretBytes authorization("Basic ");
  authorization.append(encode_base64(pair.view()).view());
  return authorization;
}

std::unique_ptr<Credentials> fixed(SecretBytes authorization,
                                   std::optional<http::Identity> identity) {
  return std::make_unique<FixedCredentials>(std::move(authorization), std::move(identity));
}

std::unique_ptr<Credentials> exec(const ClientConfig& config, const Variables& variables,
                                  PluginRun plugin_run) {
  ExecPluginOptions options{*config.user.exec, std::nullopt, variables, std::move(plugin_run)};
  if (options.config.provide_cluster_info) options.cluster = config.exec_cluster;
  return std::make_unique<ExecPlugin>(std::move(options));
}

}  // namespace

Result<SecretBytes> bearer(std::string_view token, std::string_view source) {
  const bool printable =
      std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c != '\x7f'; });
  if (!printable)
    return fail(ErrorKind::config,
                fmt::format("{} holds blanks or other characters that no token has", source));
  SecretBytes authorization("Bearer ");
  authorization.append(token);
  return authorization;
}

Result<std::unique_ptr<Credentials>> make_credentials(const ClientConfig& config,
                                                      const Variables& variables,
                                                      PluginRun plugin_run) {
  const UserConfig& user = config.user;
  if (config.endpoint.scheme != "https") return fixed({}, std::nullopt);
  TRY_ASSIGN(auto identity, read_identity(user));
  if (!user.token_file.empty()) return make_token_file(user, std::move(identity));
  if (!user.token.empty()) {
    const auto source = fmt::format("the token of user \"{}\"", config.user_name);
    TRY_ASSIGN(SecretBytes authorization, bearer(user.token.view(), source));
    return fixed(std::move(authorization), std::move(identity));
  }
  if (!user.username.empty()) return fixed(basic(user), std::move(identity));
  if (user.auth_provider)
    return make_auth_provider(*user.auth_provider, config.user_name, std::move(identity));
  if (user.exec && !identity) return exec(config, variables, std::move(plugin_run));
  return fixed({}, std::move(identity));
}

}  // namespace kencrypt::kube
