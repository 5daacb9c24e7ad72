// A Transport that gives the replies a test has written down, in order, and remembers what was
// asked.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "http/transport.h"

namespace kencrypt::fakes {

struct ScriptedReply {
  int status = 200;
  std::string body;
  std::vector<http::Header> headers;
  std::optional<Error> error;  // after head and body if there is a status, else instead of them
  bool never = false;          // no reply comes at all
  std::vector<http::Header> trailers = {};
};

struct SeenRequest {
  http::Method method{};
  std::string target;
  std::vector<http::Header> headers;
  std::string body;
  std::string authorization;
  std::string certificate;  // of the identity
  Duration timeout{};
  bool prior_knowledge = false;
  bool cancelled = false;

  // Values of all headers called `name`.
  std::vector<std::string> values(std::string_view name) const;
};

class ScriptedTransport final : public http::Transport {
 public:
  // The next request without a reply gets this one. Requests beyond the script get an error.
  void reply(ScriptedReply reply) { script_.push_back(std::move(reply)); }
  // In the order of their start, also the finished and cancelled ones.
  const std::vector<SeenRequest>& requests() const { return requests_; }
  // How many have neither ended nor been cancelled.
  std::size_t in_flight() const { return flights_.size(); }

  http::RequestId start(http::Request request, http::Receiver& receiver) override;
  void cancel(http::RequestId id) override;
  // Completes the oldest request that has a reply.
  void run_once(TimePoint until) override;
  std::uint64_t connections_opened() const override { return requests_.empty() ? 0 : 1; }

 private:
  struct Flight {
    ScriptedReply reply;
    http::Receiver* receiver;
    const http::Identity* identity;  // must still be alive at the end
  };
  std::deque<ScriptedReply> script_;
  std::vector<SeenRequest> requests_;
  std::map<http::RequestId, Flight> flights_;
};

// A receiver that keeps all it is told.
class RecordingReceiver final : public http::Receiver {
 public:
  void on_head(const http::ResponseHead& head) override {
    ++heads;
    status = head.status;
  }
  bool on_body(std::string_view chunk) override {
    body += chunk;
    return wants_body;
  }
  void on_trailers(const std::vector<http::Header>& fields) override { trailers = fields; }
  void on_done(Result<void> result) override {
    ++dones;
    if (!result) error = result.error();
  }

  int heads = 0;
  int status = 0;
  std::string body;
  std::vector<http::Header> trailers;
  bool wants_body = true;
  int dones = 0;
  std::optional<Error> error;
};

}  // namespace kencrypt::fakes
