#include "kube/config_check.h"

#include <catch2/catch.hpp>

#include "fakes/temp_dir.h"

namespace kencrypt::kube {
namespace {

Selected usable() {
  Selected selected;
  selected.context_name = "ctx";
  selected.cluster_name = "c";
  selected.user_name = "u";
  selected.cluster.server = "https://x";
  return selected;
}

std::string problem_of(const Selected& selected) {
  const auto checked = check_selected(selected);
  if (checked) return "none";
  CHECK(checked.error().kind == ErrorKind::config);
  return checked.error().message;
}

Selected with_exec(std::string version, std::string mode) {
  Selected selected = usable();
  selected.user.exec = ExecConfig{"login", {}, {}, std::move(version), "", false, std::move(mode)};
  return selected;
}

TEST_CASE("usable entries", "[config_check]") {
  CHECK(problem_of(usable()) == "none");
  CHECK(problem_of(with_exec("client.authentication.k8s.io/v1", "Never")) == "none");
  CHECK(problem_of(with_exec("client.authentication.k8s.io/v1", "IfAvailable")) == "none");
  CHECK(problem_of(with_exec("client.authentication.k8s.io/v1", "Always")) == "none");
  Selected anonymous = usable();
  anonymous.user = {};
  CHECK(problem_of(anonymous) == "none");
}

TEST_CASE("a context that is not there", "[config_check]") {
  Selected selected = usable();
  selected.context_missing = true;
  CHECK(problem_of(selected) == "Error in configuration: context was not found for specified context: ctx");
}

TEST_CASE("a cluster that is not there", "[config_check]") {
  Selected selected = usable();
  selected.cluster_missing = true;
  CHECK(problem_of(selected) == "no server found for cluster \"c\"");
  selected.context_missing = true;
  CHECK(problem_of(selected) ==
        "Error in configuration: \n* context was not found for specified context: ctx\n"
        "* no server found for cluster \"c\"");
}

TEST_CASE("certificates given twice, by half, or contradicted", "[config_check]") {
  const fakes::TempDir dir;
  const std::string file = dir.write("f", "x");
  Selected selected = usable();
  selected.cluster.certificate_authority = file;
  CHECK(problem_of(selected) == "none");
  selected.cluster.insecure_skip_tls_verify = true;
  CHECK(problem_of(selected) ==
        "specifying a root certificates file with the insecure flag is not allowed");
  selected.cluster.insecure_skip_tls_verify = false;
  selected.cluster.certificate_authority_data = "x";
  CHECK(problem_of(selected).starts_with(
      "certificate-authority-data and certificate-authority are both specified for c."));
  selected = usable();
  selected.user.client_certificate = file;
  CHECK(problem_of(selected).starts_with("client-key-data or client-key must be specified for u"));
  selected.user.client_key = file;
  CHECK(problem_of(selected) == "none");
  selected.user.client_key_data = SecretBytes("x");
  CHECK(problem_of(selected).starts_with("client-key-data and client-key are both specified"));
  selected.user.client_key_data.clear();
  selected.user.client_certificate_data = SecretBytes("x");
  CHECK(problem_of(selected).starts_with("client-cert-data and client-cert are both specified"));
}

TEST_CASE("files that cannot be opened", "[config_check]") {
  Selected selected = usable();
  selected.cluster.certificate_authority = "/nonexistent/ca";
  CHECK(
      problem_of(selected) ==
      "unable to read certificate-authority /nonexistent/ca for c due to open /nonexistent/ca: no "
      "such file or directory");
  selected = usable();
  selected.user.client_certificate = "/nonexistent/c";
  selected.user.client_key = "/nonexistent/k";
  const std::string problems = problem_of(selected);
  CHECK(problems.find("\n* unable to read client-cert /nonexistent/c for u") != std::string::npos);
  CHECK(problems.find("\n* unable to read client-key /nonexistent/k for u") != std::string::npos);
}

TEST_CASE("two ways to authenticate", "[config_check]") {
  Selected selected = usable();
  selected.user.token = SecretBytes("hunter2");
  CHECK(problem_of(selected) == "none");
  selected.user.username = "me";
  CHECK(problem_of(selected) ==
        "more than one authentication method found for u; found [token basicAuth], only one is "
        "allowed");
  selected = with_exec("client.authentication.k8s.io/v1", "Never");
  selected.user.auth_provider = AuthProviderConfig{"oidc", {}};
  CHECK(problem_of(selected) ==
        "authProvider cannot be provided in combination with an exec plugin for u");
}

TEST_CASE("exec sections that are incomplete", "[config_check]") {
  CHECK(problem_of(with_exec("client.authentication.k8s.io/v1", "")) ==
        "interactiveMode must be specified for u to use exec authentication plugin");
  CHECK(problem_of(with_exec("client.authentication.k8s.io/v1", "Sometimes")) ==
        "invalid interactiveMode for u: \"Sometimes\"");
  CHECK(problem_of(with_exec("", "Never")) ==
        "apiVersion must be specified for u to use exec authentication plugin");
  Selected selected = with_exec("client.authentication.k8s.io/v1", "Never");
  selected.user.exec->command = "";
  CHECK(problem_of(selected) ==
        "command must be specified for u to use exec authentication plugin");
  selected.user.exec->command = "login";
  selected.user.exec->environment = {{"", "x"}};
  CHECK(problem_of(selected) ==
        "env variable name must be specified for u to use exec authentication plugin");
}

TEST_CASE("impersonation without a user, or with a header in it", "[config_check]") {
  for (int i = 0; i < 3; ++i) {
    Selected selected = usable();
    if (i == 0) selected.user.impersonate.uid = "7";
    if (i == 1) selected.user.impersonate.groups = {"g"};
    if (i == 2) selected.user.impersonate.extra = {{"k", {"v"}}};
    CHECK(problem_of(selected) ==
          "requesting uid, groups or user-extra for u without impersonating a user");
    selected.user.impersonate.user = "alice";
    CHECK(problem_of(selected) == "none");
  }
  Selected selected = usable();
  selected.user.impersonate = {"alice\r\nX: y", "", {}, {}};
  CHECK(problem_of(selected) == "the user to impersonate for u holds control characters");
}

TEST_CASE("a proxy that is none", "[config_check]") {
  Selected selected = usable();
  selected.cluster.proxy_url = "ftp://me:hunter2@p";
  CHECK(problem_of(selected) ==
        "invalid 'proxy-url' for cluster \"c\": unsupported proxy scheme \"ftp\", must be http, "
        "https, "
        "or socks5");
}

}  // namespace
}  // namespace kencrypt::kube
