#include "etcd/range_message.h"

#include <catch2/catch.hpp>

#include "etcd/gateway_error.h"
#include "etcd/member_status.h"
#include "etcd/rpc_status.h"
#include "unit/etcd/pages.h"

namespace kencrypt::etcd {
namespace {

const FakePage kPage{.keys = {"/r/a", "/r/b"}, .count = 5, .more = true};

void check_page(const Result<RangePage>& page) {
  REQUIRE(page);
  CHECK(page->cluster_id == 7);
  CHECK(page->revision == 100);
  CHECK(page->more);
  CHECK(page->count == 5);
  REQUIRE(page->kvs.size() == 2);
  CHECK(page->kvs[1].key == "/r/b");
  CHECK(page->kvs[1].value == "v:/r/b");
  CHECK(page->kvs[1].create_revision == 40);
  CHECK(page->kvs[1].mod_revision == 42);
  CHECK(page->kvs[1].version == 2);
}

TEST_CASE("a page is the same by gRPC and by the gateway", "[etcd]") {
  check_page(parse_range_message(SecretBytes(frame_grpc(message_of(kPage))), 10));
  check_page(parse_range_json(SecretBytes(json_of(kPage)), 10));
}

TEST_CASE("what is left out of a reply has its default", "[etcd]") {
  for (const auto& page : {parse_range_message(SecretBytes(frame_grpc(message_of({}))), 10),
                           parse_range_json(SecretBytes(json_of({})), 10)}) {
    REQUIRE(page);
    CHECK_FALSE(page->more);
    CHECK(page->count == 0);
    CHECK(page->kvs.empty());
  }
}

TEST_CASE("the values of a page are in its own buffer, not copied", "[etcd]") {
  for (const auto& page : {parse_range_message(SecretBytes(frame_grpc(message_of(kPage))), 10),
                           parse_range_json(SecretBytes(json_of(kPage)), 10)}) {
    REQUIRE(page);
    const std::string_view bytes = page->bytes.view();
    CHECK(page->kvs[0].value.data() >= bytes.data());
    CHECK(page->kvs[0].value.data() < bytes.data() + bytes.size());
  }
}

TEST_CASE("a reply cut short anywhere is refused", "[etcd]") {
  const std::string framed = frame_grpc(message_of(kPage));
  for (std::size_t size = 0; size < framed.size(); ++size)
    CHECK_FALSE(parse_range_message(SecretBytes(framed.substr(0, size)), 10));
  const std::string document = json_of(kPage);
  for (std::size_t size = 0; size < document.size(); ++size)
    CHECK_FALSE(parse_range_json(SecretBytes(document.substr(0, size)), 10));
}

TEST_CASE("a message cut short in a frame of its length is never read beyond its end", "[etcd]") {
  const std::string message = message_of(kPage);
  for (std::size_t size = 0; size < message.size(); ++size) {
    const auto page = parse_range_message(SecretBytes(frame_grpc(message.substr(0, size))), 10);
    if (page) CHECK(page->kvs.size() + 1 <= 3);  // cut between two fields
    if (!page) CHECK(page.error().kind == ErrorKind::protocol);
  }
}

TEST_CASE("more keys than were asked for, and keys without a name, are refused", "[etcd]") {
  CHECK_FALSE(parse_range_message(SecretBytes(frame_grpc(message_of(kPage))), 1));
  CHECK_FALSE(parse_range_json(SecretBytes(json_of(kPage)), 1));
  CHECK_FALSE(parse_range_message(SecretBytes(frame_grpc(bytes_field(2, ""))), 1));
  CHECK_FALSE(parse_range_json(SecretBytes(R"({"kvs":[{}]})"), 1));
}

TEST_CASE("what is no document of the gateway is refused", "[etcd]") {
  for (const std::string_view text : {"", "[]", "1", "null", R"("x")", "{} {}", R"({"kvs":["x"]})",
                                      R"({"count":"x"})", R"({"count":"99999999999999999999"})",
                                      R"({"kvs":[{"key":"?"}]})", R"({"kvs":[{"key":"QQ"}]})"}) {
    INFO(text);
    CHECK_FALSE(parse_range_json(SecretBytes(text), 10));
  }
}

TEST_CASE("unknown fields of any depth are gone over", "[etcd]") {
  const auto page = parse_range_json(
      SecretBytes(
          R"({"x":{"kvs":[{"key":"?"}]},"y":[[1.5,{"a":[]}]],"header":{"revision":9,"z":{"revision":"1"}},)"
          R"("kvs":[{"q":{"key":"?"},"key":"QQ=="}],"count":1,"more":false,"n":null})"),
      10);
  REQUIRE(page);
  CHECK(page->revision == 9);
  CHECK(page->count == 1);
  REQUIRE(page->kvs.size() == 1);
  CHECK(page->kvs[0].key == "A");
  CHECK(parse_range_json(SecretBytes(std::string(R"({"x":)") + std::string(100000, '[') +
                                     std::string(100000, ']') + "}"),
                         10));
}

TEST_CASE("the end of a prefix's keys", "[etcd]") {
  CHECK(range_end_of("/registry/") == "/registry0");
  CHECK(range_end_of("a\xff") == "b");
  CHECK(range_end_of("") == std::string(1, '\0'));
  CHECK(range_end_of("\xff\xff") == std::string(1, '\0'));
}

TEST_CASE("requests in both forms", "[etcd]") {
  const RangeRequest request{.key = "/a/", .range_end = "/a0", .limit = 500, .revision = 9};
  CHECK(range_request_message(request) ==
        bytes_field(1, "/a/") + bytes_field(2, "/a0") + number_field(3, 500) + number_field(4, 9));
  CHECK(range_request_json(request) ==
        R"({"key":"L2Ev","range_end":"L2Ew","limit":"500","revision":"9"})");
}

TEST_CASE("what etcd's statuses mean", "[etcd]") {
  const std::pair<RpcStatus, ErrorKind> rows[] = {
      {{11, "etcdserver: mvcc: required revision has been compacted"}, ErrorKind::expired},
      {{11, "etcdserver: mvcc: required revision is a future revision"}, ErrorKind::server},
      {{3, "etcdserver: user name is empty"}, ErrorKind::unauthenticated},
      {{16, "etcdserver: invalid auth token"}, ErrorKind::unauthenticated},
      {{7, "etcdserver: permission denied"}, ErrorKind::forbidden},
      {{14, "etcdserver: no leader"}, ErrorKind::unavailable},
      {{8, "etcdserver: too many requests"}, ErrorKind::throttled},
      {{8, "grpc: trying to send message larger than max (3 vs. 2)"}, ErrorKind::too_large},
      {{12, "unknown service"}, ErrorKind::protocol},
      {{4, ""}, ErrorKind::timeout},
      {{2, ""}, ErrorKind::server}};
  for (const auto& [status, kind] : rows) {
    INFO(status.message);
    CHECK(rpc_error(status).kind == kind);
  }
  CHECK(rpc_error({16, ""}).message.find("no user and password") != std::string::npos);
}

TEST_CASE("a status is decoded and cannot disturb a terminal", "[etcd]") {
  const auto status =
      find_rpc_status({{"grpc-status", "14"}, {"grpc-message", "50%25 gone%0a%zz\x1b"}});
  REQUIRE(status);
  CHECK(status->message == "50% gone\n%zz\x1b");
  CHECK(rpc_error(*status).message == "etcd answered UNAVAILABLE: 50% gone?%zz?");
  CHECK(find_rpc_status({{"grpc-status", "x"}})->code == 2);
  CHECK_FALSE(find_rpc_status({{"server", "x"}}));
  CHECK(printable_excerpt(std::string(kMaxRpcMessage + 1, 'x')).size() == kMaxRpcMessage + 3);
}

TEST_CASE("refusals of both gateways", "[etcd]") {
  const Error v1 = gateway_error(
      400,
      SecretBytes(R"({"error":"etcdserver: mvcc: required revision has been compacted","code":11,)"
                  R"("message":"etcdserver: mvcc: required revision has been compacted"})"));
  const Error v2 = gateway_error(
      400, SecretBytes(
               R"({"code":11,"message":"etcdserver: mvcc: required revision has been compacted",)"
               R"("details":[{"@type":"x"}]})"));
  CHECK(v1.kind == ErrorKind::expired);
  CHECK(v1.message == v2.message);
  CHECK(gateway_error(404, SecretBytes("404 page not found")).kind == ErrorKind::protocol);
  CHECK(gateway_error(503, SecretBytes("")).kind == ErrorKind::unavailable);
  CHECK(gateway_error(400, SecretBytes("Client sent an HTTP request to an HTTPS server."))
            .message.find("https://") != std::string::npos);
}

TEST_CASE("the status of a member, by both doors", "[etcd]") {
  const auto by_grpc = parse_status_message(frame_grpc(
      bytes_field(1, number_field(1, 7) + number_field(3, 100)) + bytes_field(2, "3.6.1") +
      number_field(3, 4096) + bytes_field(8, "alarm:NOSPACE ") + number_field(9, 1024) +
      number_field(12, 8192)));
  const auto by_gateway = parse_status_json(SecretBytes(
      R"({"header":{"cluster_id":"7","revision":"100"},"version":"3.6.1","dbSize":"4096",)"
      R"("errors":["alarm:NOSPACE "],"dbSizeInUse":"1024","dbSizeQuota":"8192"})"));
  for (const auto& status : {by_grpc, by_gateway}) {
    REQUIRE(status);
    CHECK(status->cluster_id == 7);
    CHECK(status->revision == 100);
    CHECK(status->version == "3.6.1");
    CHECK(status->db_size == 4096);
    CHECK(status->db_size_in_use == 1024);
    CHECK(status->db_quota == 8192);
    CHECK(status->errors == std::vector<std::string>{"alarm:NOSPACE "});
  }
  CHECK_FALSE(parse_status_message(frame_grpc("")));
  CHECK_FALSE(parse_status_json(SecretBytes("{}")));
}

}  // namespace
}  // namespace kencrypt::etcd
