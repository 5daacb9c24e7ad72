#include <catch2/catch.hpp>

#include "etcd/endpoint_options.h"
#include "etcd/failover_transport.h"
#include "fakes/borrowed_transport.h"
#include "fakes/scripted_transport.h"
#include "unit/etcd/pages.h"

namespace kencrypt::etcd {
namespace {

TEST_CASE("endpoints as etcdctl reads them", "[etcd]") {
  struct Row {
    std::string_view text;
    bool tls_by_default;
    bool tls;
    std::string_view host;
    int port;
  };
  for (const Row& row : {Row{"127.0.0.1:2379", false, false, "127.0.0.1", 2379},
                         Row{"10.0.0.1:2379", true, true, "10.0.0.1", 2379},
                         Row{"http://etcd-0:12379", true, false, "etcd-0", 12379},
                         Row{"https://etcd-0.etcd:2379/", false, true, "etcd-0.etcd", 2379},
                         Row{"https://[fd00::1]:2379", false, true, "fd00::1", 2379},
                         Row{"etcd-0", false, false, "etcd-0", 2379}}) {
    INFO(row.text);
    const auto address = parse_endpoint(row.text, row.tls_by_default);
    REQUIRE(address);
    CHECK(address->tls == row.tls);
    CHECK(address->host == row.host);
    CHECK(address->port == row.port);
  }
  for (const std::string_view text :
       {"", "unix:///run/etcd", "ftp://a:1", "https://", "a:0", "a:65536", "a:x", "https://u:p@a:1",
        "https://a:1/path", "[fd00::1", "[]:1", "a b:1"}) {
    INFO(text);
    CHECK_FALSE(parse_endpoint(text, false));
  }
}

TEST_CASE("flags count before etcdctl's variables", "[etcd]") {
  const Variables variables({"ETCDCTL_ENDPOINTS=a:1, b:2", "ETCDCTL_CACERT=/ca",
                             "ETCDCTL_CERT=/cert", "ETCDCTL_KEY=/key"});
  const auto from_variables = resolve_endpoint_options({}, variables);
  REQUIRE(from_variables);
  REQUIRE(from_variables->endpoints.size() == 2);
  CHECK(from_variables->endpoints[1].host == "b");
  CHECK(from_variables->endpoints[1].tls);
  CHECK(from_variables->key == "/key");
  EndpointFlags flags;
  flags.endpoints = "https://c:3";
  flags.cacert = "/other";
  const auto from_flags = resolve_endpoint_options(flags, variables);
  REQUIRE(from_flags);
  REQUIRE(from_flags->endpoints.size() == 1);
  CHECK(from_flags->cacert == "/other");
}

TEST_CASE("without anything said it is etcd on this machine, without TLS", "[etcd]") {
  const auto options = resolve_endpoint_options({}, Variables());
  REQUIRE(options);
  CHECK(options->endpoints.front().host == "127.0.0.1");
  CHECK_FALSE(options->endpoints.front().tls);
  CHECK(options->key_prefix == "/registry/");
}

TEST_CASE("options that do not go together are refused", "[etcd]") {
  EndpointFlags lonely;
  lonely.cert = "/cert";
  CHECK_FALSE(resolve_endpoint_options(lonely, Variables()));
  EndpointFlags untrusted;
  untrusted.endpoints = "https://a:1";
  CHECK_FALSE(resolve_endpoint_options(untrusted, Variables()));
  CHECK(resolve_endpoint_options(untrusted, Variables({"ETCDCTL_INSECURE_SKIP_TLS_VERIFY=true"})));
  CHECK_FALSE(
      resolve_endpoint_options({}, Variables({"ETCDCTL_INSECURE_SKIP_TLS_VERIFY=perhaps"})));
}

TEST_CASE("prefixes as kube-apiserver makes them", "[etcd]") {
  for (const std::string_view text : {"registry", "/registry", "/registry/", "//registry//"})
    CHECK(key_prefix_of(text) == "/registry/");
  CHECK(key_prefix_of("/a/b") == "/a/b/");
  CHECK(key_prefix_of("") == "/");
}

struct Members {
  fakes::ScriptedTransport scripts[2];
  std::vector<std::size_t> opened;
  FailoverTransport transport{
      2, [this](std::size_t member) -> Result<std::unique_ptr<http::Transport>> {
        opened.push_back(member);
        return std::make_unique<fakes::BorrowedTransport>(scripts[member]);
      }};
  fakes::RecordingReceiver ask() {
    fakes::RecordingReceiver receiver;
    transport.start({}, receiver);
    for (int turn = 0; receiver.dones == 0 && turn < 10; ++turn) transport.run_once({});
    return receiver;
  }
};

fakes::ScriptedReply broken(ErrorKind kind, std::string message) {
  return {0, "", {}, Error{kind, std::move(message)}, false};
}

TEST_CASE("a member that is not there is passed over, then and later", "[etcd]") {
  Members members;
  members.scripts[0].reply(broken(ErrorKind::unreachable, "refused"));
  members.scripts[1].reply({200, "one", {}, {}, false});
  members.scripts[1].reply({200, "two", {}, {}, false});
  CHECK(members.ask().body == "one");
  CHECK(members.ask().body == "two");
  CHECK(members.scripts[0].requests().size() == 1);
}

TEST_CASE("with no member there the reason of each is told", "[etcd]") {
  Members members;
  members.scripts[0].reply(broken(ErrorKind::unreachable, "a refused"));
  members.scripts[1].reply(broken(ErrorKind::tls, "b is not trusted"));
  const auto receiver = members.ask();
  REQUIRE(receiver.error);
  CHECK(receiver.error->message == "a refused; b is not trusted");
}

TEST_CASE("a member that has begun to answer is not exchanged, the next request goes elsewhere",
          "[etcd]") {
  Members members;
  members.scripts[0].reply({200, "ha", {}, Error{ErrorKind::connection_lost, "lost"}, false});
  members.scripts[1].reply({200, "whole", {}, {}, false});
  CHECK(members.ask().error);
  CHECK(members.ask().body == "whole");
}

TEST_CASE("a member that says it is unavailable is left", "[etcd]") {
  Members members;
  members.scripts[0].reply(grpc_refusal(14, "no leader"));
  members.scripts[1].reply({200, "", {}, {}, false, {{"grpc-status", "14"}}});
  members.scripts[0].reply({200, "back", {}, {}, false});
  members.ask();
  CHECK(members.ask().trailers.size() == 1);
  CHECK(members.ask().body == "back");
}

TEST_CASE("requests under way are cancelled with the failover", "[etcd]") {
  fakes::RecordingReceiver receiver;
  Members members;
  members.scripts[0].reply({200, "", {}, {}, true});
  const auto id = members.transport.start({}, receiver);
  CHECK(members.scripts[0].in_flight() == 1);
  members.transport.cancel(id);
  CHECK(members.scripts[0].in_flight() == 0);
}

TEST_CASE("a transport that cannot be made is an error, later", "[etcd]") {
  FailoverTransport transport(1, [](std::size_t) -> Result<std::unique_ptr<http::Transport>> {
    return fail(ErrorKind::config, "no TLS");
  });
  fakes::RecordingReceiver receiver;
  transport.start({}, receiver);
  CHECK(receiver.dones == 0);
  transport.run_once({});
  REQUIRE(receiver.error);
  CHECK(receiver.error->message == "no TLS");
}

}  // namespace
}  // namespace kencrypt::etcd
