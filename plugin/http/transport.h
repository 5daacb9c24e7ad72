// Transport: the door to the network. One real one (curl_transport), fakes in tests, and decorators
// that add authentication and logging, all behind this interface.
//
// One thread drives everything: start() and cancel() only queue work, and every event of a Receiver
// happens inside run_once().
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "http/message.h"

namespace kencrypt::http {

using RequestId = std::uint64_t;

class Receiver {
 public:
  virtual ~Receiver() = default;
  // Once, when the final status line and headers are here. Interim (1xx) replies are not reported.
  virtual void on_head(const ResponseHead& head) = 0;
  // Any number of times after on_head. `chunk` is valid during the call. False ends the exchange:
  // on_done follows with kind cancelled.
  virtual bool on_body(std::string_view chunk) = 0;
  // Once, after the whole body and before on_done, if the server sent header fields behind it (RFC 9110
  // section 6.5; gRPC puts its status there). Names in lower case.
  virtual void on_trailers(const std::vector<Header>&) {}
  // Exactly once, last, unless the request was cancelled. A value means that the reply arrived
  // whole, whatever its status. It is allowed to start and cancel requests from here, and to destroy
  // the receiver.
  virtual void on_done(Result<void> outcome) = 0;
};

class Transport {
 public:
  virtual ~Transport() = default;
  // Begins `request`. `receiver` must live until its on_done or until cancel().
  virtual RequestId start(Request request, Receiver& receiver) = 0;
  // Drops a request; its receiver hears nothing more. Unknown ids are ignored. Not to be called from
  // on_head or on_body (return false there instead).
  virtual void cancel(RequestId id) = 0;
  // Waits until something happened or `until`, whichever is first, and delivers events.
  virtual void run_once(TimePoint until) = 0;
  // How many connections have been opened so far: unchanged between two replies on HTTP/2 means that
  // both came over the same connection, so from the same server process.
  virtual std::uint64_t connections_opened() const = 0;
};

// Performs `request` and returns its whole reply, driving `transport` meanwhile. A body beyond
// `body_limit` bytes is too_large. The error names no URL; callers say what they were doing.
Result<Response> call(Transport& transport, Request request, std::size_t body_limit);

}  // namespace kencrypt::http
