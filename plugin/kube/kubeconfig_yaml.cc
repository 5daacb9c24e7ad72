#include "kube/kubeconfig_yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <utility>

#include "kube/kubeconfig_yaml_fields.h"
#include "kube/kubeconfig_yaml_json.h"

namespace kencrypt::kube {
namespace {

constexpr std::string_view kExecExtension = "client.authentication.k8s.io/exec";

std::string read_exec_extension(const FieldReader& cluster) {
  for (const FieldReader& extension : cluster.children("extensions")) {
    if (extension.text("name") != kExecExtension || !extension.has("extension")) continue;
    if (auto json = yaml_to_json(extension.node("extension"))) return *std::move(json);
    extension.refuse("extension", "too large or too deeply nested to be handed to an exec plugin");
  }
  return {};
}

ClusterConfig read_cluster(const FieldReader& fields) {
  ClusterConfig cluster;
  cluster.server = fields.text("server");
  cluster.tls_server_name = fields.text("tls-server-name");
  cluster.insecure_skip_tls_verify = fields.flag("insecure-skip-tls-verify");
  cluster.certificate_authority = fields.text("certificate-authority");
  cluster.certificate_authority_data = fields.data("certificate-authority-data").view();
  cluster.proxy_url = fields.text("proxy-url");
  cluster.disable_compression = fields.flag("disable-compression");
  cluster.exec_extension = read_exec_extension(fields);
  return cluster;
}

std::optional<ExecConfig> read_exec(const FieldReader& user) {
  if (!user.has("exec")) return std::nullopt;
  const FieldReader fields = user.child("exec");
  ExecConfig exec;
  exec.command = fields.text("command");
  exec.arguments = fields.texts("args");
  for (const FieldReader& variable : fields.children("env"))
    exec.environment.push_back({variable.text("name"), variable.text("value")});
  exec.api_version = fields.text("apiVersion");
  exec.install_hint = fields.text("installHint");
  exec.provide_cluster_info = fields.flag("provideClusterInfo");
  exec.interactive_mode = fields.text("interactiveMode");
  // api/v1/defaults.go: only the old version has a default.
  if (exec.interactive_mode.empty() && exec.api_version == "client.authentication.k8s.io/v1beta1")
    exec.interactive_mode = "IfAvailable";
  return exec;
}

std::optional<AuthProviderConfig> read_auth_provider(const FieldReader& user) {
  if (!user.has("auth-provider")) return std::nullopt;
  const FieldReader fields = user.child("auth-provider");
  return AuthProviderConfig{fields.text("name"), fields.secrets("config")};
}

UserConfig read_user(const FieldReader& fields) {
  UserConfig user;
  user.client_certificate = fields.text("client-certificate");
  user.client_certificate_data = fields.data("client-certificate-data");
  user.client_key = fields.text("client-key");
  user.client_key_data = fields.data("client-key-data");
  user.token = fields.secret("token");
  user.token_file = fields.text("tokenFile");
  user.impersonate = {fields.text("as"), fields.text("as-uid"), fields.texts("as-groups"),
                      fields.text_lists("as-user-extra")};
  user.username = fields.text("username");
  user.password = fields.secret("password");
  user.auth_provider = read_auth_provider(fields);
  user.exec = read_exec(fields);
  return user;
}

ContextConfig read_context(const FieldReader& fields) {
  return {fields.text("cluster"), fields.text("user"), fields.text("namespace")};
}

// A list of {name: ..., KEY: {...}}.
template <class Entry>
ByName<Entry> read_named(const FieldReader& document, const char* list, const char* key,
                         Entry (*read)(const FieldReader&)) {
  ByName<Entry> entries;
  for (const FieldReader& item : document.children(list))
    if (!entries.emplace(item.text("name"), read(item.child(key))).second)
      item.refuse("name", "used twice in this list");
  return entries;
}

void check_kind(const FieldReader& document) {
  if (document.has("kind") && document.text("kind") != "Config")
    document.refuse("kind", "must be Config");
  if (document.has("apiVersion") && document.text("apiVersion") != "v1")
    document.refuse("apiVersion", "must be v1");
}

Result<Kubeconfig> read_document(const YAML::Node& root) {
  std::optional<Error> error;
  const FieldReader document(root, "", error);
  check_kind(document);
  Kubeconfig config;
  config.clusters = read_named(document, "clusters", "cluster", &read_cluster);
  config.users = read_named(document, "users", "user", &read_user);
  config.contexts = read_named(document, "contexts", "context", &read_context);
  config.current_context = document.text("current-context");
  if (error) return std::unexpected(*std::move(error));
  return config;
}

}  // namespace

Result<Kubeconfig> parse_kubeconfig(std::string_view text) {
  // yaml-cpp's own messages may quote what it stumbled over, so they are not used.
  try {
    return read_document(YAML::Load(std::string(text)));
  } catch (const YAML::Exception& exception) {
    return fail(ErrorKind::config, fmt::format("line {}, column {}: not valid YAML",
                                               exception.mark.line + 1, exception.mark.column + 1));
  }
}

}  // namespace kencrypt::kube
