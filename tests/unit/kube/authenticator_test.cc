#include "kube/authenticator.h"

#include <catch2/catch.hpp>

#include "fakes/fake_clock.h"
#include "fakes/scripted_transport.h"

namespace kencrypt::kube {
namespace {

using fakes::RecordingReceiver;

// Credentials whose next values a test decides.
class FakeCredentials final : public Credentials {
 public:
  Result<void> ensure(WallTime) override {
    ++ensured;
    if (broken) return std::unexpected(*broken);
    return {};
  }
  Result<bool> renew(WallTime) override {
    ++renewed;
    if (broken) return std::unexpected(*broken);
    if (!next_token) return false;
    set(*next_token);
    return true;
  }
  const CredentialValues& values() const override { return values_; }
  void set(const std::string& token, const std::string& certificate = "") {
    values_.authorization = SecretBytes("Bearer " + token);
    values_.identity.reset();
    if (!certificate.empty()) values_.identity = http::Identity{SecretBytes(certificate), {}};
    ++values_.generation;
  }

  std::optional<std::string> next_token;
  std::optional<Error> broken;
  int ensured = 0;
  int renewed = 0;

 private:
  CredentialValues values_;
};

struct Rig {
  fakes::ScriptedTransport inner;
  fakes::FakeClock clock;
  FakeCredentials* credentials = nullptr;
  std::unique_ptr<Authenticator> transport;

  explicit Rig(RequestDefaults defaults = {}) {
    auto owned = std::make_unique<FakeCredentials>();
    credentials = owned.get();
    credentials->set("one");
    transport =
        std::make_unique<Authenticator>(inner, std::move(owned), clock, std::move(defaults));
  }
  void run(int turns = 10) {
    for (int i = 0; i < turns; ++i) transport->run_once(clock.now());
  }
};

http::Request put(std::string_view body) {
  http::Request request;
  request.method = http::Method::put;
  request.target = "/x";
  request.headers = {{"Accept", "application/json"}};
  request.body = body;
  return request;
}

fakes::ScriptedReply status(int code, std::string body = "") {
  return {code, std::move(body), {}, {}, false};
}

TEST_CASE("requests carry credentials and defaults", "[authenticator]") {
  Rig rig({"agent/1", std::chrono::seconds(5), {{"Impersonate-User", "alice"}}});
  rig.credentials->set("tok", "CERT");
  rig.inner.reply(status(200, "body"));
  RecordingReceiver receiver;
  rig.transport->start(put("data"), receiver);
  rig.run();
  CHECK(receiver.status == 200);
  CHECK(receiver.body == "body");
  CHECK(receiver.dones == 1);
  const fakes::SeenRequest& seen = rig.inner.requests().at(0);
  CHECK(seen.authorization == "Bearer tok");
  CHECK(seen.certificate == "CERT");
  CHECK(seen.timeout == std::chrono::seconds(5));
  CHECK(seen.body == "data");
  CHECK(seen.values("User-Agent") == std::vector<std::string>{"agent/1"});
  CHECK(seen.values("Impersonate-User") == std::vector<std::string>{"alice"});
  CHECK(seen.values("Accept") == std::vector<std::string>{"application/json"});
  CHECK(seen.values("Authorization").empty());  // never among the headers that may be shown
}

TEST_CASE("a request's own timeout counts", "[authenticator]") {
  Rig rig({"", std::chrono::seconds(5), {}});
  rig.inner.reply(status(200));
  RecordingReceiver receiver;
  http::Request request = put("");
  request.timeout = std::chrono::seconds(1);
  rig.transport->start(std::move(request), receiver);
  CHECK(rig.inner.requests().at(0).timeout == std::chrono::seconds(1));
}

TEST_CASE("after a 401 the request goes out again, unseen", "[authenticator]") {
  Rig rig;
  rig.credentials->next_token = "two";
  rig.inner.reply(status(401, "old"));
  rig.inner.reply(status(200, "new"));
  RecordingReceiver receiver;
  rig.transport->start(put("data"), receiver);
  rig.run();
  CHECK(receiver.heads == 1);
  CHECK(receiver.status == 200);
  CHECK(receiver.body == "new");
  CHECK(receiver.dones == 1);
  REQUIRE(rig.inner.requests().size() == 2);
  CHECK(rig.inner.requests()[0].authorization == "Bearer one");
  CHECK(rig.inner.requests()[1].authorization == "Bearer two");
  CHECK(rig.inner.requests()[1].body == "data");
  CHECK(rig.inner.requests()[1].values("Accept").size() == 1);
}

TEST_CASE("a second 401 is final", "[authenticator]") {
  Rig rig;
  rig.credentials->next_token = "two";
  rig.inner.reply(status(401, "first"));
  rig.inner.reply(status(401, "second"));
  rig.inner.reply(status(200));
  RecordingReceiver receiver;
  rig.transport->start(put(""), receiver);
  rig.run();
  CHECK(receiver.status == 401);
  CHECK(receiver.body == "second");
  CHECK(receiver.dones == 1);
  CHECK(rig.inner.requests().size() == 2);
  CHECK(rig.credentials->renewed == 1);
}

TEST_CASE("a 401 with nothing to renew is passed on whole", "[authenticator]") {
  Rig rig;
  rig.inner.reply(status(401, "why not"));
  RecordingReceiver receiver;
  rig.transport->start(put(""), receiver);
  rig.run();
  CHECK(receiver.status == 401);
  CHECK(receiver.body == "why not");
  CHECK(receiver.dones == 1);
  CHECK_FALSE(receiver.error);
  CHECK(rig.inner.requests().size() == 1);
}

TEST_CASE("a receiver that ends a passed-on 401", "[authenticator]") {
  Rig rig;
  rig.inner.reply(status(401, "body"));
  RecordingReceiver receiver;
  receiver.wants_body = false;
  rig.transport->start(put(""), receiver);
  rig.run();
  CHECK(receiver.dones == 1);
  REQUIRE(receiver.error);
  CHECK(receiver.error->kind == ErrorKind::cancelled);
}

TEST_CASE("a 401 with a long body is not held back", "[authenticator]") {
  Rig rig;
  rig.credentials->next_token = "two";
  const std::string longest(kMaxHeldBody, 'x');
  rig.inner.reply(status(401, longest + "x"));
  rig.inner.reply(status(401, longest));
  rig.inner.reply(status(200));
  RecordingReceiver first;
  rig.transport->start(put(""), first);
  rig.run();
  CHECK(first.heads == 1);
  CHECK(first.status == 401);
  CHECK(first.body == longest + "x");
  CHECK(rig.inner.requests().size() == 1);
  RecordingReceiver second;
  rig.transport->start(put(""), second);
  rig.run();
  CHECK(second.status == 200);
}

TEST_CASE("a renewal that fails is told instead of the 401", "[authenticator]") {
  Rig rig;
  rig.inner.reply(status(401));
  RecordingReceiver receiver;
  rig.transport->start(put(""), receiver);
  rig.credentials->broken = Error{ErrorKind::io, "plugin gone"};
  rig.run();
  CHECK(receiver.heads == 0);
  CHECK(receiver.dones == 1);
  REQUIRE(receiver.error);
  CHECK(receiver.error->message == "plugin gone");
}

TEST_CASE("many 401 to the same credentials renew them once", "[authenticator]") {
  Rig rig;
  rig.credentials->next_token = "two";
  for (int i = 0; i < 3; ++i) rig.inner.reply(status(401));
  for (int i = 0; i < 3; ++i) rig.inner.reply(status(200));
  RecordingReceiver receivers[3];
  for (RecordingReceiver& receiver : receivers) rig.transport->start(put(""), receiver);
  rig.run();
  for (const RecordingReceiver& receiver : receivers) CHECK(receiver.status == 200);
  CHECK(rig.credentials->renewed == 1);
  CHECK(rig.inner.requests().size() == 6);
}

TEST_CASE("credentials that fail at the start end the request in the next turn",
          "[authenticator]") {
  Rig rig;
  rig.credentials->broken = Error{ErrorKind::io, "no plugin"};
  RecordingReceiver receiver;
  rig.transport->start(put(""), receiver);
  CHECK(receiver.dones == 0);
  rig.transport->run_once(rig.clock.now());
  CHECK(receiver.dones == 1);
  REQUIRE(receiver.error);
  CHECK(receiver.error->message == "no plugin");
  CHECK(rig.inner.requests().empty());
}

TEST_CASE("cancelling works before, between and after both attempts", "[authenticator]") {
  Rig rig;
  RecordingReceiver receiver;
  rig.credentials->broken = Error{ErrorKind::io, "no plugin"};
  rig.transport->cancel(rig.transport->start(put(""), receiver));
  rig.run();
  CHECK(receiver.dones == 0);
  rig.credentials->broken.reset();
  rig.inner.reply({200, "", {}, {}, true});
  rig.transport->cancel(rig.transport->start(put(""), receiver));
  CHECK(rig.inner.requests().at(0).cancelled);
  rig.credentials->next_token = "two";
  rig.inner.reply(status(401));
  rig.inner.reply({200, "", {}, {}, true});
  const http::RequestId id = rig.transport->start(put(""), receiver);
  rig.run();
  REQUIRE(rig.inner.requests().size() == 3);
  CHECK_FALSE(rig.inner.requests()[2].cancelled);
  rig.transport->cancel(id);
  rig.transport->cancel(id);
  CHECK(rig.inner.requests()[2].cancelled);
  CHECK(receiver.heads + receiver.dones == 0);
}

TEST_CASE("ids are unique and never zero", "[authenticator]") {
  Rig rig;
  RecordingReceiver receiver;
  rig.inner.reply(status(200));
  rig.inner.reply(status(200));
  const auto first = rig.transport->start(put(""), receiver);
  const auto second = rig.transport->start(put(""), receiver);
  CHECK(first != 0);
  CHECK(first != second);
}

// Starts a request of its own from on_done.
class Chaining final : public http::Receiver {
 public:
  Chaining(Rig& rig, RecordingReceiver& next) : rig_(&rig), next_(&next) {}
  void on_head(const http::ResponseHead&) override {}
  bool on_body(std::string_view) override { return true; }
  void on_done(Result<void>) override { rig_->transport->start(put("next"), *next_); }

 private:
  Rig* rig_;
  RecordingReceiver* next_;
};

TEST_CASE("a receiver may start another request at the end of one", "[authenticator]") {
  Rig rig;
  rig.inner.reply(status(200));
  rig.inner.reply(status(201));
  RecordingReceiver next;
  Chaining chaining(rig, next);
  rig.transport->start(put(""), chaining);
  rig.run();
  CHECK(next.status == 201);
  rig.credentials->broken = Error{ErrorKind::io, "no plugin"};
  rig.transport->start(put(""), chaining);
  rig.transport->run_once(rig.clock.now());
  CHECK(next.dones == 1);  // the chained one waits its turn
  rig.transport->run_once(rig.clock.now());
  CHECK(next.dones == 2);
}

TEST_CASE("a certificate lives as long as a request that uses it", "[authenticator]") {
  Rig rig;
  rig.credentials->set("one", "OLD");
  rig.inner.reply(status(200));
  rig.inner.reply(status(200));
  RecordingReceiver first;
  RecordingReceiver second;
  rig.transport->start(put(""), first);
  rig.credentials->set("two", "NEW");
  rig.transport->start(put(""), second);
  rig.run();  // the fake looks at each certificate again at the end of its request
  CHECK(rig.inner.requests()[0].certificate == "OLD");
  CHECK(rig.inner.requests()[1].certificate == "NEW");
}

TEST_CASE("requests under way are cancelled with the authenticator", "[authenticator]") {
  Rig rig;
  rig.inner.reply({200, "", {}, {}, true});
  RecordingReceiver receiver;
  rig.transport->start(put(""), receiver);
  rig.transport.reset();
  CHECK(rig.inner.in_flight() == 0);
}

}  // namespace
}  // namespace kencrypt::kube
