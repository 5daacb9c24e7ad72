#include "kube/request_log.h"

#include <catch2/catch.hpp>
#include <sstream>

#include "fakes/fake_clock.h"
#include "fakes/scripted_transport.h"

namespace kencrypt::kube {
namespace {

struct Rig {
  std::ostringstream out;
  fakes::FakeClock clock;
  Logger logger;
  RequestLog log;
  fakes::ScriptedTransport inner;
  http::ObservedTransport transport;
  SecretBytes authorization{"Bearer hunter2"};
  fakes::RecordingReceiver receiver;

  explicit Rig(int verbosity)
      : logger(out, clock, verbosity),
        log(logger, clock, "https://h:1"),
        transport(inner, {&log}) {}

  // What is logged of one request, without klog's prefix.
  std::string run(fakes::ScriptedReply reply) {
    inner.reply(std::move(reply));
    http::Request request;
    request.target = "/api?x=1";
    request.headers = {{"Accept", "a/b"}, {"authorization", "Basic hunter2"}};
    request.authorization = &authorization;
    transport.start(std::move(request), receiver);
    clock.advance(std::chrono::milliseconds(12));
    transport.run_once({});
    std::string text;
    std::istringstream lines(out.str());
    for (std::string line; std::getline(lines, line);)
      text += line.substr(line.find("] ") + 2) + "\n";
    return text;
  }
};

const fakes::ScriptedReply kReply{200, "hunter2", {{"content-type", "c/d"}}, {}, false};

TEST_CASE("below 6 nothing is logged", "[request_log]") { CHECK(Rig(5).run(kReply) == ""); }

TEST_CASE("6: method, URL, status and time", "[request_log]") {
  CHECK(Rig(6).run(kReply) == "GET https://h:1/api?x=1 200 in 12 milliseconds\n");
}

TEST_CASE("7: headers too, with what is secret masked", "[request_log]") {
  CHECK(Rig(7).run(kReply) ==
        "GET https://h:1/api?x=1\n"
        "Request Headers:\n"
        "    Accept: a/b\n"
        "    authorization: Basic <masked>\n"
        "    Authorization: Bearer <masked>\n"
        "Response Status: 200 in 12 milliseconds\n");
}

TEST_CASE("8 and more: the reply's headers, and never a body", "[request_log]") {
  for (const int verbosity : {8, 9, 99}) {
    const std::string text = Rig(verbosity).run(kReply);
    CHECK(text.find("Response Headers:\n    content-type: c/d\n") != std::string::npos);
    CHECK(text.find("Response Body: not shown") != std::string::npos);
    CHECK(text.find("hunter2") == std::string::npos);
  }
}

TEST_CASE("requests that fail", "[request_log]") {
  CHECK(Rig(6).run({0, "", {}, Error{ErrorKind::unreachable, "refused"}, false}) ==
        "GET https://h:1/api?x=1 failed after 12 milliseconds: refused\n");
  CHECK(Rig(6).run({200, "", {}, Error{ErrorKind::connection_lost, "lost"}, false}) ==
        "GET https://h:1/api?x=1 200 in 12 milliseconds\n"
        "GET https://h:1/api?x=1 broke off after 12 milliseconds: lost\n");
}

TEST_CASE("how an Authorization value is masked", "[request_log]") {
  CHECK(mask_authorization("Bearer x") == "Bearer <masked>");
  CHECK(mask_authorization("basic x") == "basic <masked>");
  CHECK(mask_authorization("Negotiate x") == "Negotiate <masked>");
  CHECK(mask_authorization("Bearer") == "Bearer");
  CHECK(mask_authorization("Bearer ") == "Bearer");
  CHECK(mask_authorization("hunter2") == "<masked>");
  CHECK(mask_authorization("Hunter2 x") == "<masked>");
  CHECK(mask_authorization("") == "");
}

}  // namespace
}  // namespace kencrypt::kube
