// A Transport that ends at a moment: for those who wait for an answer now, and want none later.
#pragma once

#include <memory>
#include <unordered_map>

#include "base/clock.h"
#include "http/transport.h"

namespace kencrypt::http {

class DeadlineTransport final : public Transport {
 public:
  // Requests that are not done by `deadline`, and those that are started afterwards, end with an
  // error of kind timeout. `inner` and `clock` must outlive it.
  DeadlineTransport(Transport& inner, const Clock& clock, TimePoint deadline);
  ~DeadlineTransport() override;
  DeadlineTransport(const DeadlineTransport&) = delete;
  DeadlineTransport& operator=(const DeadlineTransport&) = delete;

  RequestId start(Request request, Receiver& receiver) override;
  void cancel(RequestId id) override;
  void run_once(TimePoint until) override;
  std::uint64_t connections_opened() const override { return inner_.connections_opened(); }

 private:
  class Watched;
  void end_all();
  std::unique_ptr<Watched> take(RequestId id);

  Transport& inner_;
  const Clock& clock_;
  TimePoint deadline_;
  std::unordered_map<RequestId, std::unique_ptr<Watched>> watched_;
  RequestId last_id_ = 0;
};

}  // namespace kencrypt::http
