#include "kube/selection.h"

#include <catch2/catch.hpp>

namespace kencrypt::kube {
namespace {

Kubeconfig sample() {
  Kubeconfig config;
  config.current_context = "dev";
  config.contexts["dev"] = {"dev-cluster", "dev-user", "dev-ns"};
  config.contexts["prod"] = {"prod-cluster", "prod-user", ""};
  config.contexts["dangling"] = {"no-cluster", "no-user", ""};
  ClusterConfig& cluster = config.clusters["dev-cluster"];
  cluster.server = "https://dev";
  cluster.tls_server_name = "dev-name";
  cluster.certificate_authority_data = "dev-ca";
  config.clusters["prod-cluster"].server = "https://prod";
  config.clusters["prod-cluster"].insecure_skip_tls_verify = true;
  UserConfig& user = config.users["dev-user"];
  user.token = SecretBytes("dev-token");
  user.token_file = "/dev-token-file";
  user.client_certificate_data = SecretBytes("dev-cert");
  user.client_key_data = SecretBytes("dev-key");
  user.impersonate = {"dev-as", "dev-uid", {"dev-group"}, {{"k", {"dev"}}, {"other", {"kept"}}}};
  config.users["prod-user"].username = "prod";
  return config;
}

Selected select(const ConnectionFlags& flags, const Kubeconfig& config = sample()) {
  const auto selected = select_entries(config, flags);
  REQUIRE(selected);
  return *selected;
}

TEST_CASE("current-context chooses cluster, user and namespace", "[selection]") {
  const Selected selected = select({});
  CHECK(selected.context_name == "dev");
  CHECK(selected.cluster_name == "dev-cluster");
  CHECK(selected.user_name == "dev-user");
  CHECK(selected.name_space == "dev-ns");
  CHECK(selected.cluster.server == "https://dev");
  CHECK(selected.user.token.view() == "dev-token");
  CHECK_FALSE(selected.context_missing);
}

TEST_CASE("flags choose other entries", "[selection]") {
  ConnectionFlags flags;
  flags.context = "prod";
  Selected selected = select(flags);
  CHECK(selected.cluster.server == "https://prod");
  CHECK(selected.user.username == "prod");
  CHECK(selected.name_space == "");
  flags.cluster = "dev-cluster";
  flags.user = "dev-user";
  flags.name_space = "other";
  selected = select(flags);
  CHECK(selected.context_name == "prod");
  CHECK(selected.cluster.server == "https://dev");
  CHECK(selected.user.token.view() == "dev-token");
  CHECK(selected.name_space == "other");
}

std::string error_of(const ConnectionFlags& flags) {
  const auto selected = select_entries(sample(), flags);
  return selected ? "none" : selected.error().message;
}

TEST_CASE("what a flag names must be there", "[selection]") {
  ConnectionFlags flags;
  flags.context = "nope";
  CHECK(select(flags).context_missing);
  flags.user = "nope";
  CHECK(select(flags).context_missing);
  flags = {};
  flags.cluster = "nope";
  CHECK(select(flags).cluster_missing);
  flags = {};
  flags.user = "nope";
  CHECK(error_of(flags) == "auth info \"nope\" does not exist");
}

TEST_CASE("what the kubeconfig names may be missing", "[selection]") {
  Kubeconfig config = sample();
  config.current_context = "nope";
  CHECK(select({}, config).context_missing);
  config.current_context = "dangling";
  const Selected dangling = select({}, config);
  CHECK_FALSE(dangling.context_missing);
  CHECK((dangling.cluster == ClusterConfig{}));
  CHECK((dangling.user == UserConfig{}));
  CHECK(dangling.cluster_name == "no-cluster");
}

TEST_CASE("the flag --server clears the kubeconfig's tls-server-name and keeps its CA", "[selection]") {
  ConnectionFlags flags;
  flags.server = "https://other";
  CHECK(select(flags).cluster.server == "https://other");
  CHECK(select(flags).cluster.tls_server_name == "");
  CHECK(select(flags).cluster.certificate_authority_data == "dev-ca");
  flags.tls_server_name = "flag-name";
  CHECK(select(flags).cluster.tls_server_name == "flag-name");
  flags.server.clear();
  CHECK(select(flags).cluster.tls_server_name == "flag-name");
  CHECK(select({}).cluster.tls_server_name == "dev-name");
}

TEST_CASE("a flag about trust replaces all the kubeconfig says about it", "[selection]") {
  ConnectionFlags flags;
  flags.insecure_skip_tls_verify = true;
  CHECK(select(flags).cluster.insecure_skip_tls_verify);
  CHECK(select(flags).cluster.certificate_authority_data == "");
  flags = {};
  flags.context = "prod";
  flags.certificate_authority = "/flag-ca";
  CHECK_FALSE(select(flags).cluster.insecure_skip_tls_verify);
  CHECK(select(flags).cluster.certificate_authority == "/flag-ca");
  flags.context = "dev";
  CHECK(select(flags).cluster.certificate_authority_data == "");
}

TEST_CASE("flags about the client certificate replace their data twins", "[selection]") {
  ConnectionFlags flags;
  flags.client_certificate = "/c";
  CHECK(select(flags).user.client_certificate == "/c");
  CHECK(select(flags).user.client_certificate_data.empty());
  CHECK(select(flags).user.client_key_data.view() == "dev-key");
  flags = {};
  flags.client_key = "/k";
  CHECK(select(flags).user.client_key == "/k");
  CHECK(select(flags).user.client_key_data.empty());
  CHECK(select(flags).user.client_certificate_data.view() == "dev-cert");
}

TEST_CASE("the flag --token replaces the token and leaves tokenFile, as client-go does", "[selection]") {
  ConnectionFlags flags;
  flags.token = SecretBytes("flag-token");
  CHECK(select(flags).user.token.view() == "flag-token");
  CHECK(select(flags).user.token_file == "/dev-token-file");
  flags = {};
  flags.username = "flag-user";
  flags.password = SecretBytes("flag-password");
  CHECK(select(flags).user.username == "flag-user");
  CHECK(select(flags).user.password.view() == "flag-password");
}

TEST_CASE("impersonation flags", "[selection]") {
  CHECK(select({}).user.impersonate.user == "dev-as");
  ConnectionFlags flags;
  flags.as = "flag-as";
  flags.as_uid = "flag-uid";
  flags.as_group = {"a,b", "c"};
  flags.as_user_extra = {"k=v=1", "k=2", "new="};
  const Impersonation as = select(flags).user.impersonate;
  CHECK(as.user == "flag-as");
  CHECK(as.uid == "flag-uid");
  CHECK(as.groups == std::vector<std::string>{"a,b", "c"});
  CHECK(as.extra.at("k") == std::vector<std::string>{"v=1", "2"});
  CHECK(as.extra.at("new") == std::vector<std::string>{""});
  CHECK(as.extra.at("other") == std::vector<std::string>{"kept"});
  flags.as_user_extra = {"novalue"};
  const auto wrong = select_entries(sample(), flags);
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().kind == ErrorKind::usage);
}

TEST_CASE("compression and proxy flags", "[selection]") {
  ConnectionFlags flags;
  flags.disable_compression = true;
  flags.proxy_url = "http://flag";
  CHECK(select(flags).cluster.disable_compression);
  CHECK(select(flags).cluster.proxy_url == "http://flag");
  CHECK_FALSE(select({}).cluster.disable_compression);
}

}  // namespace
}  // namespace kencrypt::kube
