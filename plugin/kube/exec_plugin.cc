#include "kube/exec_plugin.h"

#include <fmt/format.h>

#include <utility>

#include "base/subprocess.h"
#include "kube/json_exec_credential.h"

namespace kencrypt::kube {
namespace {

constexpr std::size_t kMaxOutput = std::size_t{1} << 20;  // a token and a chain are a few KiB
constexpr std::string_view kVersions[] = {"client.authentication.k8s.io/v1",
                                          "client.authentication.k8s.io/v1beta1"};

Result<void> check_version(const ExecConfig& config) {
  for (const std::string_view version : kVersions)
    if (config.api_version == version) return {};
  return fail(
      ErrorKind::config,
      fmt::format("exec plugin: invalid apiVersion \"{}\"; set it to {} in the kubeconfig, if "
                  "{} speaks that",
                  config.api_version, kVersions[0], config.command));
}

Result<bool> choose_interactive(const ExecPluginOptions& options) {
  const bool is_terminal = options.run.standard_input == StandardInput::terminal;
  const std::string& mode = options.config.interactive_mode;
  if (mode == "Always" && !is_terminal)
    return fail(
        ErrorKind::config,
        fmt::format("exec plugin {} cannot support interactive mode: standard input is not a "
                    "terminal",
                    options.config.command));
  return mode != "Never" && is_terminal;
}

// Control characters in a hint could put the terminal into a strange state: they are written out,
// all but white space (client_config.go cleanANSIEscapeCodes).
std::string without_escapes(std::string_view text) {
  std::string clean;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned code = static_cast<unsigned char>(text[i]);
    const bool is_c1 = code == 0xC2 && i + 1 < text.size() &&
                       static_cast<unsigned char>(text[i + 1]) < 0xA0;  // U+0080 to U+009F in UTF-8
    if (is_c1) code = static_cast<unsigned char>(text[++i]);
    const bool is_blank = code >= 0x09 && code <= 0x0D;
    if (is_c1 || code == 0x7F || (code < 0x20 && !is_blank))
      clean += fmt::format("U+{:04X}", code);
    else
      clean += text[i];
  }
  return clean;
}

std::unexpected<Error> not_started(const ExecConfig& config, const Error& error) {
  std::string message = fmt::format(
      "exec: {}. It is the credential plugin that the kubeconfig asks for: install it, or choose "
      "another user.",
      error.message);
  if (!config.install_hint.empty()) message += "\n\n" + without_escapes(config.install_hint);
  return fail(error.kind, std::move(message));
}

Command make_command(const ExecPluginOptions& options, bool interactive) {
  Variables variables = options.variables;
  for (const ExecVariable& variable : options.config.environment)
    variables = variables.with(variable.name, variable.value);
  const ExecCluster* cluster = options.cluster ? &*options.cluster : nullptr;
  variables = variables.with("KUBERNETES_EXEC_INFO",
                             exec_info_json(options.config.api_version, interactive, cluster));
  Command command;
  command.arguments.push_back(options.config.command);
  for (const std::string& argument : options.config.arguments)
    command.arguments.push_back(argument);
  command.environment = variables.entries();
  command.pass_stdin = interactive;
  command.output_limit = kMaxOutput;
  if (options.run.time_left) command.time_limit = options.run.time_left();
  return command;
}

Result<void> check_answer(const ExecCredential& answer, const ExecConfig& config) {
  if (answer.api_version != config.api_version)
    return fail(
        ErrorKind::protocol,
        fmt::format("exec plugin is configured to use API version {}, plugin returned version "
                    "{}",
                    config.api_version, answer.api_version));
  if (!answer.has_status)
    return fail(ErrorKind::protocol, "exec plugin didn't return a status field");
  const bool has_certificate = !answer.client_certificate.empty();
  if (has_certificate != !answer.client_key.empty())
    return fail(ErrorKind::protocol, "exec plugin returned only certificate or key, not both");
  if (answer.token.empty() && !has_certificate)
    return fail(ErrorKind::protocol, "exec plugin didn't return a token or cert/key pair");
  return {};
}

Result<ExecCredential> ask(const ExecPluginOptions& options) {
  const ExecConfig& config = options.config;
  TRY(check_version(config));
  TRY_ASSIGN(const bool interactive, choose_interactive(options));
  auto output = run_command(make_command(options, interactive));
  if (!output && output.error().kind == ErrorKind::io) return not_started(config, output.error());
  if (!output) return std::unexpected(std::move(output).error());
  if (output->exit_code != 0)
    return fail(ErrorKind::io, fmt::format("exec: executable {} failed with exit code {}",
                                           config.command, output->exit_code));
  auto answer = parse_exec_credential(output->output.view());
  if (!answer)
    return wrap(std::move(answer).error(), fmt::format("exec plugin {}", config.command));
  TRY(check_answer(*answer, config));
  return answer;
}

bool same(const http::Identity& left, const http::Identity& right) {
  return left.certificate == right.certificate && left.key == right.key;
}

bool same(const CredentialValues& left, const CredentialValues& right) {
  if (left.authorization != right.authorization) return false;
  if (left.identity.has_value() != right.identity.has_value()) return false;
  return !left.identity || same(*left.identity, *right.identity);
}

}  // namespace

Result<void> ExecPlugin::run() {
  auto answer = ask(options_);
  if (!answer) return wrap(std::move(answer).error(), "getting credentials");
  CredentialValues fresh;
  if (!answer->token.empty()) {
    TRY_ASSIGN(fresh.authorization, bearer(answer->token.view(), "the token of the exec plugin"));
  }
  if (!answer->client_certificate.empty())
    fresh.identity =
        http::Identity{std::move(answer->client_certificate), std::move(answer->client_key)};
  fresh.generation = values_.generation + (same(fresh, values_) ? 0 : 1);
  values_ = std::move(fresh);
  expiry_ = answer->expiry;
  has_run_ = true;
  return {};
}

Result<void> ExecPlugin::ensure(WallTime now) {
  // Without leeway: a plugin that hands out a token with a minute left would be run for every
  // request.
  if (has_run_ && (!expiry_ || now <= *expiry_)) return {};
  return run();
}

Result<bool> ExecPlugin::renew(WallTime) {
  const auto before = values_.generation;
  TRY(run());
  return values_.generation != before;
}

}  // namespace kencrypt::kube
