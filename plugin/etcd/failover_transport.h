// A Transport over the members of one etcd cluster: goes on with the next one where one cannot be
// reached or says that it cannot answer.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "http/transport.h"

namespace kencrypt::etcd {

// Only for requests that may be sent twice, which reading is.
class FailoverTransport final : public http::Transport {
 public:
  // Makes the transport to the member with that index; called once for each, when it is needed.
  // Errors: those of the set-up, which end the request.
  using Open = std::function<Result<std::unique_ptr<http::Transport>>(std::size_t member)>;

  // `members`, at least one, as they were given: the first is tried first.
  FailoverTransport(std::size_t members, Open open);
  ~FailoverTransport() override;
  FailoverTransport(const FailoverTransport&) = delete;
  FailoverTransport& operator=(const FailoverTransport&) = delete;

  // As in http::Transport. A request that ends before a reply has begun, by a fault of the network
  // or of trust, is sent to each other member once; if none has a reply, the error has the reason
  // of each. Later requests begin with the member that answered last, but for one that said
  // UNAVAILABLE by gRPC, or HTTP 503: then with the one behind it.
  http::RequestId start(http::Request request, http::Receiver& receiver) override;
  void cancel(http::RequestId id) override;
  void run_once(TimePoint until) override;
  std::uint64_t connections_opened() const override;

 private:
  class Attempt;
  Result<http::Transport*> member(std::size_t index);
  void send(Attempt& attempt);
  void finish(http::RequestId id, Result<void> outcome);
  bool send_elsewhere(Attempt& attempt, const Error& error);
  std::vector<http::Transport*> busy() const;
  bool report_unsent();
  void wait_idly(TimePoint until);
  void leave(std::size_t index);

  Open open_;
  std::vector<std::unique_ptr<http::Transport>> members_;  // null: not opened yet
  std::size_t current_ = 0;
  std::map<http::RequestId, std::unique_ptr<Attempt>> attempts_;
  http::RequestId last_id_ = 0;
};

}  // namespace kencrypt::etcd
