#include "kube/kubeconfig_yaml.h"

#include <catch2/catch.hpp>

namespace kencrypt::kube {
namespace {

constexpr std::string_view kWhole = R"(
apiVersion: v1
kind: Config
preferences: {}
unknown: [1, 2]
current-context: ctx
clusters:
- name: c
  cluster:
    server: https://10.0.0.1:6443
    tls-server-name: api
    insecure-skip-tls-verify: true
    certificate-authority: ca.crt
    certificate-authority-data: UEVN
    proxy-url: socks5://p:1080
    disable-compression: true
    extensions:
    - name: other
      extension: {ignored: true}
    - name: client.authentication.k8s.io/exec
      extension:
        audience: "06"
        plain: 06e3
        number: 12.5
        yes: on
        nothing: ~
        list: [a, "1", {b: "q\"uote"}]
contexts:
- name: ctx
  context: {cluster: c, user: u, namespace: ns}
users:
- name: u
  user:
    client-certificate: client.crt
    client-certificate-data: Q0VSVA==
    client-key: client.key
    client-key-data: S0VZ
    token: tok
    tokenFile: /t
    as: alice
    as-uid: "7"
    as-groups: [g1, "g2"]
    as-user-extra: {scopes: [a, b]}
    username: me
    password: 12345
    auth-provider:
      name: oidc
      config: {id-token: idt}
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: login
      args: [get, token]
      env: [{name: A, value: "1"}]
      installHint: get it
      provideClusterInfo: true
)";

TEST_CASE("every field of a kubeconfig is read", "[kubeconfig_yaml]") {
  const auto config = parse_kubeconfig(kWhole);
  REQUIRE(config);
  CHECK(config->current_context == "ctx");
  CHECK(config->contexts.at("ctx") == ContextConfig{"c", "u", "ns"});
  ClusterConfig cluster;
  cluster.server = "https://10.0.0.1:6443";
  cluster.tls_server_name = "api";
  cluster.insecure_skip_tls_verify = true;
  cluster.certificate_authority = "ca.crt";
  cluster.certificate_authority_data = "PEM";
  cluster.proxy_url = "socks5://p:1080";
  cluster.disable_compression = true;
  cluster.exec_extension =
      R"({"audience":"06","plain":"06e3","number":12.5,"yes":true,"nothing":null,)"
      R"("list":["a","1",{"b":"q\"uote"}]})";
  CHECK(config->clusters.at("c").exec_extension == cluster.exec_extension);
  CHECK(config->clusters.at("c") == cluster);
  UserConfig user;
  user.client_certificate = "client.crt";
  user.client_certificate_data = SecretBytes("CERT");
  user.client_key = "client.key";
  user.client_key_data = SecretBytes("KEY");
  user.token = SecretBytes("tok");
  user.token_file = "/t";
  user.impersonate = {"alice", "7", {"g1", "g2"}, {{"scopes", {"a", "b"}}}};
  user.username = "me";
  user.password = SecretBytes("12345");
  user.auth_provider = AuthProviderConfig{"oidc", {{"id-token", SecretBytes("idt")}}};
  user.exec = ExecConfig{
      "login", {"get", "token"}, {{"A", "1"}}, "client.authentication.k8s.io/v1beta1", "get it",
      true,    "IfAvailable"};
  CHECK((config->users.at("u") == user));
}

TEST_CASE("an empty file is an empty configuration", "[kubeconfig_yaml]") {
  for (const auto* text :
       {"", "\n", "# only a comment\n", "---\n", "{}", "clusters: null\nusers: []"}) {
    INFO(text);
    const auto config = parse_kubeconfig(text);
    REQUIRE(config);
    CHECK((*config == Kubeconfig{}));
  }
}

TEST_CASE("entries may be empty", "[kubeconfig_yaml]") {
  const auto config = parse_kubeconfig("users: [{name: a}, {name: b, user: null}]\ncontexts: [{}]");
  REQUIRE(config);
  CHECK((config->users.at("a") == UserConfig{}));
  CHECK((config->users.at("b") == UserConfig{}));
  CHECK(config->contexts.contains(""));
}

TEST_CASE("JSON is a kubeconfig too", "[kubeconfig_yaml]") {
  const auto config = parse_kubeconfig(
      R"({"kind":"Config","clusters":[{"name":"c","cluster":{"server":"https:\/\/x"}}]})");
  REQUIRE(config);
  CHECK(config->clusters.at("c").server == "https://x");
}

TEST_CASE("interactiveMode has a default in the old version only", "[kubeconfig_yaml]") {
  const std::string user =
      "users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/";
  CHECK(parse_kubeconfig(user + "v1beta1}}}]")->users.at("u").exec->interactive_mode ==
        "IfAvailable");
  CHECK(parse_kubeconfig(user + "v1}}}]")->users.at("u").exec->interactive_mode == "");
  CHECK(parse_kubeconfig(user + "v1, interactiveMode: Never}}}]")
            ->users.at("u")
            .exec->interactive_mode == "Never");
}

struct Row {
  std::string_view text;
  std::string_view message;
};
constexpr Row kWrong[] = {
    {"users: [", "line 1, column 1: not valid YAML"},
    {"a: b: hunter2", "line 1, column 5: not valid YAML"},
    {"token: *hunter2", "line 1, column 8: not valid YAML"},
    {"hunter2", "line 1: the document: must be a mapping"},
    {"kind: Secret", "line 1: kind: must be Config"},
    {"apiVersion: v2", "line 1: apiVersion: must be v1"},
    {"users: {name: hunter2}", "line 1: users: must be a list"},
    {"users: hunter2", "line 1: users: must be a list"},
    {"users: [{name: u, user: {as-groups: {hunter2: 1}}}]",
     "line 1: users[0].user.as-groups: must be a list"},
    {"users: [hunter2]", "line 1: users[0]: must be a mapping"},
    {"users:\n- name: u\n  user: hunter2", "line 3: users[0].user: must be a mapping"},
    {"users:\n- name: u\n  user:\n    token: [hunter2]",
     "line 4: users[0].user.token: must be a string"},
    {"users:\n- name: u\n  user:\n    client-key-data: '!hunter2'",
     "line 4: users[0].user.client-key-data: not valid base64: unexpected character"},
    {"users: [{name: u, user: {as-groups: hunter2}}]",
     "line 1: users[0].user.as-groups: must be a list"},
    {"clusters:\n- name: c\n  cluster: {insecure-skip-tls-verify: hunter2}",
     "line 3: clusters[0].cluster.insecure-skip-tls-verify: must be true or false"},
    {"contexts:\n- name: same\n- name: same", "line 3: contexts[1].name: used twice in this list"},
    {"contexts:\n- context: {}\n- context: {}",
     "line 3: contexts[1].name: used twice in this list"},
};

TEST_CASE("what is wrong is placed, and never quoted", "[kubeconfig_yaml]") {
  for (const Row& row : kWrong) {
    INFO(row.text);
    const auto config = parse_kubeconfig(row.text);
    REQUIRE_FALSE(config);
    CHECK(config.error().kind == ErrorKind::config);
    CHECK(config.error().message == row.message);
    CHECK(config.error().message.find("hunter2") == std::string::npos);
  }
}

std::string with_extension(const std::string& value) {
  return "clusters: [{name: c, cluster: {extensions: [{name: client.authentication.k8s.io/exec, "
         "extension: " +
         value + "}]}}]";
}

TEST_CASE("an extension that aliases blow up, or that is too deep, is refused",
          "[kubeconfig_yaml]") {
  std::string bomb = "x: [&a0 [z, z, z, z]";
  for (int i = 1; i < 20; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb +=
        ", &a" + std::to_string(i) + " [" + last + ", " + last + ", " + last + ", " + last + "]";
  }
  bomb += "]\n";
  const auto blown = parse_kubeconfig(bomb + with_extension("*a19"));
  REQUIRE_FALSE(blown);
  CHECK(blown.error().message.find("too large or too deeply nested") != std::string::npos);
  const auto deep = parse_kubeconfig(with_extension(std::string(150, '[') + std::string(150, ']')));
  REQUIRE_FALSE(deep);
  CHECK(parse_kubeconfig(with_extension(std::string(50, '[') + std::string(50, ']'))));
}

TEST_CASE("nesting beyond reason does not overflow the stack", "[kubeconfig_yaml]") {
  CHECK_FALSE(parse_kubeconfig(std::string(100000, '[')));
  CHECK_FALSE(parse_kubeconfig(std::string(100000, '{')));
}

}  // namespace
}  // namespace kencrypt::kube
