#include "http/observed_transport.h"

#include <catch2/catch.hpp>

#include "fakes/scripted_transport.h"

namespace kencrypt::http {
namespace {

class Notes final : public Observer {
 public:
  void on_start(RequestId id, const Request& request) override {
    note("start", id, request.target);
  }
  void on_head(RequestId id, const ResponseHead& head) override {
    note("head", id, std::to_string(head.status));
  }
  void on_done(RequestId id, const Result<void>& outcome) override {
    note("done", id, outcome ? "ok" : outcome.error().message);
  }
  void on_cancel(RequestId id) override { note("cancel", id, ""); }
  std::vector<std::string> lines;

 private:
  void note(std::string what, RequestId id, std::string detail) {
    lines.push_back(what + " " + std::to_string(id) + " " + detail);
  }
};

Request get(std::string target) {
  Request request;
  request.target = std::move(target);
  return request;
}

TEST_CASE("observers hear of all but the body, receivers of everything", "[observed_transport]") {
  fakes::ScriptedTransport inner;
  inner.reply({200, "body", {}, {}, false});
  Notes notes;
  ObservedTransport transport(inner, {&notes});
  fakes::RecordingReceiver receiver;
  const RequestId id = transport.start(get("/a"), receiver);
  transport.run_once({});
  CHECK(receiver.status == 200);
  CHECK(receiver.body == "body");
  CHECK(receiver.dones == 1);
  const std::string n = std::to_string(id);
  CHECK(notes.lines ==
        std::vector<std::string>{"start " + n + " /a", "head " + n + " 200", "done " + n + " ok"});
}

TEST_CASE("trailers reach the receiver through the observers", "[observed_transport]") {
  fakes::ScriptedTransport inner;
  inner.reply({200, "", {}, {}, false, {{"grpc-status", "0"}}});
  ObservedTransport transport(inner, {});
  fakes::RecordingReceiver receiver;
  transport.start(get("/a"), receiver);
  transport.run_once({});
  CHECK(find_header(receiver.trailers, "grpc-status") == "0");
}

TEST_CASE("a cancelled request is dropped everywhere", "[observed_transport]") {
  fakes::ScriptedTransport inner;
  inner.reply({200, "body", {}, {}, false});
  Notes notes;
  ObservedTransport transport(inner, {&notes});
  fakes::RecordingReceiver receiver;
  const RequestId id = transport.start(get("/a"), receiver);
  transport.cancel(id);
  transport.cancel(id);
  transport.run_once({});
  CHECK(receiver.heads + receiver.dones == 0);
  CHECK(inner.requests().front().cancelled);
  CHECK(notes.lines.size() == 2);
}

TEST_CASE("requests under way are cancelled with the transport", "[observed_transport]") {
  fakes::ScriptedTransport inner;
  inner.reply({200, "", {}, {}, true});
  fakes::RecordingReceiver receiver;
  {
    ObservedTransport transport(inner, {});
    transport.start(get("/a"), receiver);
  }
  CHECK(inner.in_flight() == 0);
}

}  // namespace
}  // namespace kencrypt::http
