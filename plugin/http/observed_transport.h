// A Transport that lets others watch requests and the heads of their replies: the request log and
// the printer of server warnings. It changes nothing and never shows a body.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "http/transport.h"

namespace kencrypt::http {

class Observer {
 public:
  virtual ~Observer() = default;
  // `request` as it goes out, valid during the call.
  virtual void on_start(RequestId id, const Request& request) = 0;
  virtual void on_head(RequestId id, const ResponseHead& head) = 0;
  // Last, unless the request was cancelled.
  virtual void on_done(RequestId id, const Result<void>& outcome) = 0;
  virtual void on_cancel(RequestId id) = 0;
};

class ObservedTransport final : public Transport {
 public:
  // All must outlive the transport. Observers hear of an event before the receiver does, in the
  // order given.
  ObservedTransport(Transport& inner, std::vector<Observer*> observers);
  ~ObservedTransport() override;
  ObservedTransport(const ObservedTransport&) = delete;
  ObservedTransport& operator=(const ObservedTransport&) = delete;

  RequestId start(Request request, Receiver& receiver) override;
  void cancel(RequestId id) override;
  void run_once(TimePoint until) override { inner_->run_once(until); }
  std::uint64_t connections_opened() const override { return inner_->connections_opened(); }

 private:
  class Tap;
  void finish(RequestId id, Result<void> outcome);

  Transport* inner_;
  std::vector<Observer*> observers_;
  std::unordered_map<RequestId, std::unique_ptr<Tap>> taps_;
  RequestId last_id_ = 0;
};

}  // namespace kencrypt::http
