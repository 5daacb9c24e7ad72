#include "kube/kubeconfig.h"

#include <catch2/catch.hpp>

namespace kencrypt::kube {
namespace {

Kubeconfig with_cluster(std::string name, std::string server) {
  Kubeconfig config;
  config.clusters[std::move(name)].server = std::move(server);
  return config;
}

TEST_CASE("the first file that has an entry has all of it", "[kubeconfig]") {
  Kubeconfig first = with_cluster("red", "https://first");
  Kubeconfig second = with_cluster("red", "https://second");
  second.clusters["red"].tls_server_name = "only-in-second";
  second.clusters["blue"].server = "https://blue";
  first.users["u"].username = "first";
  second.users["u"].token = SecretBytes("second");
  second.contexts["c"] = {"red", "u", "ns"};
  merge_lower(first, std::move(second));
  CHECK(first.clusters["red"].server == "https://first");
  CHECK(first.clusters["red"].tls_server_name == "");
  CHECK(first.clusters["blue"].server == "https://blue");
  CHECK(first.users["u"].token.empty());
  CHECK(first.contexts["c"].name_space == "ns");
}

TEST_CASE("current-context is the first there is", "[kubeconfig]") {
  struct Row {
    std::string first, second, merged;
  };
  for (const Row& row :
       {Row{"a", "b", "a"}, Row{"", "b", "b"}, Row{"a", "", "a"}, Row{"", "", ""}}) {
    Kubeconfig first;
    first.current_context = row.first;
    Kubeconfig second;
    second.current_context = row.second;
    merge_lower(first, std::move(second));
    CHECK(first.current_context == row.merged);
  }
}

TEST_CASE("file names are meant from the file's own directory", "[kubeconfig]") {
  Kubeconfig config;
  config.clusters["c"].certificate_authority = "ca.crt";
  UserConfig& user = config.users["u"];
  user.client_certificate = "../pki/client.crt";
  user.client_key = "/abs/client.key";
  user.token_file = "tokens/t";
  user.exec = ExecConfig{};
  user.exec->command = "./bin/login";
  config.users["path"].exec = ExecConfig{};
  config.users["path"].exec->command = "login";
  resolve_paths(config, "/home/me/.kube");
  CHECK(config.clusters["c"].certificate_authority == "/home/me/.kube/ca.crt");
  CHECK(user.client_certificate == "/home/me/pki/client.crt");
  CHECK(user.client_key == "/abs/client.key");
  CHECK(user.token_file == "/home/me/.kube/tokens/t");
  CHECK(user.exec->command == "/home/me/.kube/bin/login");
  CHECK(config.users["path"].exec->command == "login");
}

}  // namespace
}  // namespace kencrypt::kube
