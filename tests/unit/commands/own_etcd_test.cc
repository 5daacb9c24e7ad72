#include "commands/own_etcd.h"

#include <catch2/catch.hpp>

namespace kencrypt::commands {
namespace {

census::ServerAgreement servers(const std::vector<std::string>& ids) {
  census::ServerAgreement agreement;
  for (const std::string& id : ids) {
    census::ServerRow row;
    row.id = id;
    agreement.servers.push_back(row);
  }
  return agreement;
}

// What is doubted after an etcd that holds these keys.
std::string doubt(const std::vector<std::string>& ids, const std::vector<std::string>& keys) {
  OwnEtcd own(servers(ids));
  for (const std::string& key : keys)
    if (const auto object = inventory::parse_etcd_key(key)) own.see(*object);
  return own.doubt();
}

TEST_CASE("an etcd that holds the Leases of all API servers is theirs", "[own_etcd]") {
  const std::string a = "/registry/leases/kube-system/apiserver-a";
  const std::string b = "/registry/leases/kube-system/apiserver-b";
  CHECK(doubt({"apiserver-a", "apiserver-b"}, {a, b}).empty());
  CHECK(doubt({"apiserver-a", ""}, {"/registry/leases/kube-system/other", a, a}).empty());
}

TEST_CASE("an etcd without the Lease of one of them may be another", "[own_etcd]") {
  const std::string text = doubt({"apiserver-a", "apiserver-b"}, {"/registry/leases/kube-system/apiserver-a"});
  CHECK(text.find("the Lease of apiserver-b is not there") != std::string::npos);
  CHECK_FALSE(doubt({"apiserver-a"}, {}).empty());
  CHECK_FALSE(doubt({"apiserver-a"}, {"/registry/leases/default/apiserver-a"}).empty());
  CHECK_FALSE(doubt({"apiserver-a"}, {"/registry/secrets/kube-system/apiserver-a"}).empty());
  CHECK_FALSE(doubt({"apiserver-a"}, {"/other/leases/kube-system/apiserver-a"}).empty());
}

TEST_CASE("without any Lease nothing says whose etcd it is", "[own_etcd]") {
  CHECK_FALSE(doubt({}, {"/registry/leases/kube-system/apiserver-a"}).empty());
  CHECK_FALSE(doubt({""}, {"/registry/leases/kube-system/apiserver-a"}).empty());
}

}  // namespace
}  // namespace kencrypt::commands
