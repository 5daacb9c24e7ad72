// A transport lent to whoever wants to own one.
#pragma once

#include <cstdint>
#include <utility>

#include "http/transport.h"

namespace kencrypt::fakes {

// Lets a command own a transport that the test keeps.
class BorrowedTransport final : public http::Transport {
 public:
  explicit BorrowedTransport(http::Transport& lent) : lent_(lent) {}
  http::RequestId start(http::Request request, http::Receiver& receiver) override {
    return lent_.start(std::move(request), receiver);
  }
  void cancel(http::RequestId id) override { lent_.cancel(id); }
  void run_once(TimePoint until) override { lent_.run_once(until); }
  std::uint64_t connections_opened() const override { return lent_.connections_opened(); }

 private:
  http::Transport& lent_;
};

}  // namespace kencrypt::fakes
