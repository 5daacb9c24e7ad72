#include "etcd/range_scan.h"

#include <catch2/catch.hpp>

#include "etcd/range_message.h"
#include "fakes/fake_clock.h"
#include "unit/etcd/pages.h"

namespace kencrypt::etcd {
namespace {

// A scripted network in which waiting passes the time.
class Network final : public http::Transport {
 public:
  explicit Network(fakes::FakeClock& clock) : clock_(clock) {}
  http::RequestId start(http::Request request, http::Receiver& receiver) override {
    return script.start(std::move(request), receiver);
  }
  void cancel(http::RequestId id) override { script.cancel(id); }
  void run_once(TimePoint until) override {
    if (script.in_flight() > 0) return script.run_once(until);
    clock_.advance_to(until);
  }
  std::uint64_t connections_opened() const override { return script.connections_opened(); }

  fakes::ScriptedTransport script;

 private:
  fakes::FakeClock& clock_;
};

struct World {
  fakes::FakeClock clock;
  Network network{clock};
  Channel channel{network, clock};
  ScanOptions options{.prefix = "/r/", .limits = {}, .on_restart = {}, .on_progress = {}};
  std::vector<std::string> seen;

  void grpc(const FakePage& page) { network.script.reply(grpc_reply(message_of(page))); }
  Result<ScanResult> run() {
    return scan(channel, options, [this](const KeyValue& kv) -> Result<void> {
      seen.emplace_back(kv.key);
      return {};
    });
  }
  const std::vector<fakes::SeenRequest>& requests() { return network.script.requests(); }
};

std::string range_body(std::string key, std::size_t limit, std::int64_t revision) {
  return frame_grpc(range_request_message(
      {.key = std::move(key), .range_end = "/r0", .limit = limit, .revision = revision}));
}

TEST_CASE("pages follow one another at the revision of the first", "[etcd]") {
  World world;
  world.options.limits.first_keys = world.options.limits.most_keys = 2;
  world.grpc({.keys = {"/r/a", "/r/b"}, .count = 3, .more = true});
  world.grpc({.keys = {"/r/c"}, .count = 1, .revision = 105});
  std::vector<std::uint64_t> progress;
  world.options.on_progress = [&](const ScanProgress& at) { progress.push_back(at.keys); };
  const auto result = world.run();
  REQUIRE(result);
  CHECK(world.seen == std::vector<std::string>{"/r/a", "/r/b", "/r/c"});
  CHECK(result->revision == 100);
  CHECK(result->keys == 3);
  CHECK(result->pages == 2);
  CHECK(progress == std::vector<std::uint64_t>{2, 3});
  REQUIRE(world.requests().size() == 2);
  CHECK(world.requests()[0].body == range_body("/r/", 2, 0));
  CHECK(world.requests()[1].body == range_body(std::string("/r/b\0", 5), 2, 100));
  CHECK(world.requests()[0].target == "/etcdserverpb.KV/Range");
  CHECK(world.requests()[0].prior_knowledge);
  CHECK(world.requests()[0].values("te") == std::vector<std::string>{"trailers"});
}

TEST_CASE("the next page is under way while one is looked at", "[etcd]") {
  World world;
  world.grpc({.keys = {"/r/a"}, .count = 2, .more = true});
  world.grpc({.keys = {"/r/b"}, .count = 1});
  std::vector<std::size_t> asked;
  const auto result = scan(world.channel, world.options, [&](const KeyValue&) -> Result<void> {
    asked.push_back(world.requests().size());
    return {};
  });
  REQUIRE(result);
  CHECK(asked == std::vector<std::size_t>{2, 2});
}

TEST_CASE("nothing below the prefix is an answer", "[etcd]") {
  World world;
  world.grpc({});
  const auto result = world.run();
  REQUIRE(result);
  CHECK(result->keys == 0);
}

TEST_CASE("pages that contradict themselves are no census", "[etcd]") {
  const std::vector<std::vector<FakePage>> rows = {
      {{.keys = {"/r/a"}, .count = 2}},                       // fewer than counted
      {{.keys = {"/r/a", "/r/b"}, .count = 1}},               // more
      {{.keys = {"/r/b", "/r/a"}, .count = 2}},               // out of order
      {{.keys = {"/r/a", "/r/a"}, .count = 2}},               // twice
      {{.keys = {"/s"}, .count = 1}},                         // outside
      {{.keys = {}, .count = 1, .more = true}},               // no progress
      {{.keys = {"/r/a"}, .count = 1, .mod_revision = 101}},  // newer than the revision
      {{.keys = {}, .revision = 0}},                          // at no revision
      {{.keys = {"/r/b"}, .count = 2, .more = true}, {.keys = {"/r/a"}, .count = 1}},
      {{.keys = {"/r/a"}, .count = 2, .more = true}, {.keys = {"/r/b"}, .count = 1, .cluster = 8}}};
  for (const auto& pages : rows) {
    World world;
    for (const FakePage& page : pages) world.grpc(page);
    const auto result = world.run();
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::protocol);
    CHECK(result.error().message.find("/r/") == std::string::npos);
  }
}

TEST_CASE("a page that is too large is asked for again with half as many keys", "[etcd]") {
  World world;
  world.options.limits.page_bytes = 100;
  world.options.limits.first_keys = 4;
  world.network.script.reply({200, std::string(101, 'x'), kGrpcHeaders, {}, false});
  world.grpc({.keys = {"/r/a"}, .count = 1});
  REQUIRE(world.run());
  CHECK(world.requests()[1].body == range_body("/r/", 2, 0));
}

TEST_CASE("a page that does not come in time is asked for again with half as many keys", "[etcd]") {
  World world;
  world.options.limits.first_keys = 4;
  world.network.script.reply(grpc_refusal(4, "no reply in time"));
  world.grpc({.keys = {"/r/a"}, .count = 1});
  REQUIRE(world.run());
  CHECK(world.requests()[1].body == range_body("/r/", 2, 0));
}

TEST_CASE("a single key has a limit of its own, and then the scan gives up", "[etcd]") {
  World world;
  world.options.limits.first_keys = 1;
  world.options.limits.key_bytes = 50;
  world.network.script.reply({200, std::string(51, 'x'), kGrpcHeaders, {}, false});
  const auto result = world.run();
  REQUIRE_FALSE(result);
  CHECK(result.error().kind == ErrorKind::too_large);
  CHECK(result.error().message.find("50 bytes") != std::string::npos);
}

TEST_CASE("the size of pages follows that of the keys", "[etcd]") {
  PageSize size({.target_bytes = 1000, .first_keys = 10, .most_keys = 50});
  size.saw(10, 10);
  CHECK(size.keys() == 20);
  size.saw(20, 20);
  size.saw(20, 20);
  CHECK(size.keys() == 50);
  size.saw(10, 5000);
  CHECK(size.keys() == 2);
  size.saw(1, 5000);
  CHECK(size.keys() == 1);
  CHECK_FALSE(size.halve());
}

TEST_CASE("pages stay small once one was too slow", "[etcd]") {
  PageSize size({.target_bytes = 1000, .slow_bytes = 300, .first_keys = 100, .most_keys = 100});
  size.slow_down();
  CHECK(size.keys() == 50);
  size.saw(50, 500);
  CHECK(size.keys() == 50);
  size.slow_down();
  size.slow_down();
  size.saw(12, 120);
  size.saw(24, 240);
  CHECK(size.keys() == 30);  // and no smaller than that
}

const std::string kCompacted = "etcdserver: mvcc: required revision has been compacted";

TEST_CASE("a compacted revision ends a scan that cannot begin again", "[etcd]") {
  World world;
  world.grpc({.keys = {"/r/a"}, .count = 2, .more = true});
  world.network.script.reply(grpc_refusal(11, kCompacted));
  const auto result = world.run();
  REQUIRE_FALSE(result);
  CHECK(result.error().kind == ErrorKind::expired);
  CHECK(result.error().message.find("revision 100") != std::string::npos);
  CHECK(result.error().message.find("1 of 2") != std::string::npos);
}

TEST_CASE("a compacted revision begins the scan again where the sink can forget", "[etcd]") {
  World world;
  world.options.on_restart = [&] { world.seen.clear(); };
  world.grpc({.keys = {"/r/a"}, .count = 2, .more = true});
  world.network.script.reply(grpc_refusal(11, kCompacted));
  world.grpc({.keys = {"/r/a", "/r/c", "/r/d"}, .count = 3, .revision = 200});
  const auto result = world.run();
  REQUIRE(result);
  CHECK(world.seen == std::vector<std::string>{"/r/a", "/r/c", "/r/d"});
  CHECK(result->revision == 200);
  CHECK(result->keys == 3);
  CHECK(result->restarts == 1);
}

TEST_CASE("restarts are bounded", "[etcd]") {
  World world;
  world.options.on_restart = [&] { world.seen.clear(); };
  world.options.max_restarts = 2;
  for (int i = 0; i < 3; ++i) {
    world.grpc({.keys = {"/r/a"}, .count = 2, .more = true});
    world.network.script.reply(grpc_refusal(11, kCompacted));
  }
  const auto result = world.run();
  REQUIRE_FALSE(result);
  CHECK(result.error().kind == ErrorKind::expired);
  CHECK(world.requests().size() == 6);
}

TEST_CASE("a lost connection and a missing leader are waited out", "[etcd]") {
  World world;
  world.grpc({.keys = {"/r/a"}, .count = 2, .more = true});
  world.network.script.reply({0, "", {}, Error{ErrorKind::connection_lost, "lost"}, false});
  world.network.script.reply(grpc_refusal(14, "etcdserver: no leader"));
  world.network.script.reply({0, "", {}, Error{ErrorKind::unreachable, "refused"}, false});
  world.grpc({.keys = {"/r/b"}, .count = 1});
  const TimePoint start = world.clock.now();
  const auto result = world.run();
  REQUIRE(result);
  CHECK(result->keys == 2);
  CHECK(world.clock.now() - start >= std::chrono::milliseconds(800));
  CHECK(world.requests()[4].body == world.requests()[1].body);
}

TEST_CASE("waiting has an end", "[etcd]") {
  World world;
  for (int i = 0; i < 20; ++i) world.network.script.reply(grpc_refusal(14, "no leader"));
  const auto result = world.run();
  REQUIRE_FALSE(result);
  CHECK(result.error().kind == ErrorKind::unavailable);
  CHECK(world.requests().size() == 8);
}

TEST_CASE("nobody at the address is not waited for, nor asked by the gateway", "[etcd]") {
  World world;
  world.network.script.reply({0, "", {}, Error{ErrorKind::unreachable, "refused"}, false});
  const auto result = world.run();
  REQUIRE_FALSE(result);
  CHECK(result.error().message == "refused");
  CHECK(world.requests().size() == 1);
}

TEST_CASE("one who hangs up by both doors is not waited for either", "[etcd]") {
  World world;
  for (int i = 0; i < 2; ++i)
    world.network.script.reply({0, "", {}, Error{ErrorKind::connection_lost, "lost"}, false});
  CHECK_FALSE(world.run());
  CHECK(world.requests().size() == 2);
}

TEST_CASE("where there is no gRPC the gateway is asked, and the reason kept", "[etcd]") {
  World world;
  world.network.script.reply(
      {404, "404 page not found", {{"content-type", "text/plain"}}, {}, false});
  world.network.script.reply(
      {200, json_of({.keys = {"/r/a"}, .count = 2, .more = true}), {}, {}, false});
  world.network.script.reply({200, json_of({.keys = {"/r/b"}, .count = 1}), {}, {}, false});
  const auto result = world.run();
  REQUIRE(result);
  CHECK(world.seen == std::vector<std::string>{"/r/a", "/r/b"});
  CHECK(world.channel.door() == Door::gateway);
  REQUIRE(world.channel.grpc_refusal());
  CHECK(world.channel.grpc_refusal()->message.find("HTTP 404") != std::string::npos);
  CHECK(world.requests()[1].target == "/v3/kv/range");
  CHECK_FALSE(world.requests()[1].prior_knowledge);
  CHECK(world.requests()[2].body ==
        range_request_json(
            {.key = std::string("/r/a\0", 5), .range_end = "/r0", .limit = 1000, .revision = 100}));
}

TEST_CASE("with neither door both reasons are told", "[etcd]") {
  World world;
  world.network.script.reply({0, "", {}, Error{ErrorKind::connection_lost, "no HTTP/2"}, false});
  world.network.script.reply({200, "<html>", {}, {}, false});
  const auto result = world.run();
  REQUIRE_FALSE(result);
  CHECK(result.error().message.find("no HTTP/2") != std::string::npos);
  CHECK(result.error().message.find("JSON gateway") != std::string::npos);
}

TEST_CASE("a reply without a status is not taken for whole", "[etcd]") {
  World world;
  world.grpc({.keys = {"/r/a"}, .count = 2, .more = true});
  world.network.script.reply(
      {200, frame_grpc(message_of({.keys = {"/r/b"}, .count = 1})), kGrpcHeaders, {}, false});
  const auto result = world.run();
  REQUIRE_FALSE(result);
  CHECK(result.error().kind == ErrorKind::protocol);
}

TEST_CASE("an error of the sink ends the scan and what is under way", "[etcd]") {
  World world;
  world.grpc({.keys = {"/r/a"}, .count = 2, .more = true});
  world.network.script.reply({200, "", {}, {}, true});
  const auto result = scan(world.channel, world.options, [](const KeyValue&) -> Result<void> {
    return fail(ErrorKind::io, "disk full");
  });
  REQUIRE_FALSE(result);
  CHECK(result.error().message == "disk full");
  CHECK(world.network.script.in_flight() == 0);
}

}  // namespace
}  // namespace kencrypt::etcd
