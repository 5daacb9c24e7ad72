// Puts credentials on every request. A decorator around another Transport: who uses it sees
// requests without secrets and, where the server asked for better credentials and they could be
// had, only the second reply.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "http/transport.h"
#include "kube/credentials.h"

namespace kencrypt::kube {

// What every request carries besides the credentials.
struct RequestDefaults {
  std::string user_agent;
  Duration timeout{};                 // for requests that set none; zero: none
  std::vector<http::Header> headers;  // see impersonation_headers
};

// The body of a 401 is held back until it is known whether the request goes out again; a longer one
// is no Status and is passed on as it comes.
inline constexpr std::size_t kMaxHeldBody = std::size_t{64} << 10;

class Authenticator final : public http::Transport {
 public:
  // `inner` and `clock` must outlive it.
  Authenticator(http::Transport& inner, std::unique_ptr<Credentials> credentials,
                const Clock& clock, RequestDefaults defaults);
  ~Authenticator() override;
  Authenticator(const Authenticator&) = delete;
  Authenticator& operator=(const Authenticator&) = delete;

  // As in http::Transport. May read a token file or run an exec plugin, and wait for it. If that
  // fails the receiver gets its on_done with the error in the next run_once().
  //
  // A reply 401 makes the credentials be renewed, once for all requests sent with the same ones,
  // and this request be started again, once; its id stays the same. If there is nothing to renew
  // the 401 goes to the receiver; if renewing fails, the receiver gets that error instead.
  http::RequestId start(http::Request request, http::Receiver& receiver) override;
  void cancel(http::RequestId id) override;
  void run_once(TimePoint until) override;
  std::uint64_t connections_opened() const override { return inner_->connections_opened(); }

 private:
  class Attempt;
  void send(Attempt& attempt);
  const http::Identity* pin_identity();
  void unpin_unused_identities();
  Result<bool> renew(const Attempt& attempt);
  void finish(http::RequestId id, Result<void> outcome);
  void deliver(http::RequestId id, Result<void> outcome);

  http::Transport* inner_;
  std::unique_ptr<Credentials> credentials_;
  const Clock* clock_;
  RequestDefaults defaults_;
  std::unordered_map<http::RequestId, std::unique_ptr<Attempt>> attempts_;
  // Requests that could not be sent, with the reason.
  std::deque<std::pair<http::RequestId, Error>> unsent_;
  // Certificates by generation: a request in flight still refers to the one it was sent with.
  std::map<std::uint64_t, http::Identity> identities_;
  http::RequestId last_id_ = 0;
};

}  // namespace kencrypt::kube
